using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training;

/// <summary>
/// Evaluates a network on every image of a set, once each. The last batch may be partial: places without an image have label −1, which
/// nothing counts, so the totals are those of the set whatever the batch size. The batches' totals stay on the device until the last one is
/// launched, and are read once.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private readonly Network network;
    private readonly ImageStore? ownStore;
    private readonly Arena memory;
    private readonly Tensor totals;
    private readonly float[] read;

    /// <summary>Takes what the batches need.</summary>
    /// <param name="network">The network; batches have the size that it was compiled for.</param>
    /// <param name="set">The images.</param>
    /// <param name="mean">C·H·W values subtracted from each image: <see cref="MeanImage"/> of the training set, or zeros.</param>
    /// <param name="crop">Side of the square in the middle of each image that the network sees; null for whole images.</param>
    /// <exception cref="DataException">The mean does not fit the images.</exception>
    /// <exception cref="TrainingException">The network was not made for such images.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Evaluator(Network network, ImageSet set, float[] mean, int? crop = null) : this(network, set, mean, crop, null)
    {
    }

    /// <summary>With images that somebody else holds.</summary>
    internal Evaluator(Network network, ImageSet set, float[] mean, int? crop, ImageStore? store)
    {
        InputRules.ThrowUnlessFits(network, set, crop);
        this.network = network;
        var input = network.Input.Shape;
        var plan = BatchPlan.ForEvaluation(set, input.N, new Size2D(input.H, input.W));
        var shape = Shape.Matrix(plan.BatchesInPass, (int)LossTotals.Shape.Length);
        read = new float[shape.Length];
        memory = new Arena(network.Session, Arena.Footprint(shape.Length));
        try
        {
            totals = memory.Take(shape);
            ownStore = store is null ? ImageStore.Open(network.Session, FeedMode.Auto, set) : null;
            Feed = new BatchFeed(network, plan, mean, store ?? ownStore!);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal BatchFeed Feed { get; } = null!;

    /// <summary>Evaluates with the network's present weights.</summary>
    /// <param name="iteration">Updates made so far, for the record.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Mean loss and accuracies over the set.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    public EvaluationRecord Run(long iteration = 0, CancellationToken cancellation = default)
    {
        try
        {
            RunBatches(Feed.BatchesInPass, iteration, cancellation);
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }

        // In double precision: the sum over a set has more digits than a float.
        var sum = default(LossTotals);
        for (int batch = 0; batch < Feed.BatchesInPass; batch++)
            sum += LossTotals.Of(read.AsSpan(batch * totals.Shape.C, totals.Shape.C));
        return new(iteration, sum.Loss, sum.Accuracy, sum.Top5Accuracy);
    }

    /// <summary>Evaluates on the first batches of the set, and waits for the device.</summary>
    internal void RunBatches(int count, long iteration, CancellationToken cancellation)
    {
        for (int batch = 0; batch < count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            Feed.Load(batch);
            network.Forward(Phase.Test, iteration);
            network.KeepLoss(totals.Slice((long)batch * totals.Shape.C, LossTotals.Shape));
            if (batch + 1 < count)
                Feed.Prepare(batch + 1);
        }

        totals.CopyTo(read);
    }

    /// <summary>Frees what the batches took.</summary>
    public void Dispose()
    {
        Feed?.Dispose();
        ownStore?.Dispose();
        memory.Dispose();
    }
}
