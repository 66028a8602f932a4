using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training;

/// <summary>
/// Evaluates a network on every image of a set, once each. The last batch may be partial: places without an image have label −1, which
/// nothing counts, so the totals are those of the set whatever the batch size.
/// </summary>
public sealed class Evaluator
{
    private readonly Network network;
    private readonly BatchFeed batches;

    /// <summary>Prepares the batches' host memory.</summary>
    /// <param name="network">The network; batches have the size that it was compiled for.</param>
    /// <param name="set">The images.</param>
    /// <param name="mean">C·H·W values subtracted from each image: <see cref="MeanImage"/> of the training set, or zeros.</param>
    /// <exception cref="DataException">The mean does not fit the images.</exception>
    /// <exception cref="TrainingException">The network was not made for such images.</exception>
    public Evaluator(Network network, ImageSet set, float[] mean)
    {
        InputRules.ThrowUnlessFits(network, set);
        this.network = network;
        batches = new BatchFeed(network, BatchLoader.ForEvaluation(set, mean, network.Input.Shape.N));
    }

    /// <summary>Evaluates with the network's present weights.</summary>
    /// <param name="iteration">Updates made so far, for the record.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Mean loss and accuracies over the set.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    public EvaluationRecord Run(long iteration = 0, CancellationToken cancellation = default)
    {
        var totals = default(LossTotals);
        try
        {
            for (int batch = 0; batch < batches.BatchesInPass; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                batches.Load(batch);
                network.Forward(Phase.Test, iteration);
                totals += network.ReadLoss();
            }
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }

        return new(iteration, totals.Loss, totals.Accuracy, totals.Top5Accuracy);
    }
}
