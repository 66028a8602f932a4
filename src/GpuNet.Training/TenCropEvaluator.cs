using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training;

/// <summary>
/// Evaluates a network on ten windows of each image of a set, once each: the four corners and the middle, and the same mirrored. An image's class
/// probabilities are the mean, in double precision, of those of its ten windows; its hits and its loss, −ln of the mean probability of its class, are
/// counted on that mean. The windows of all images follow one another through batches of any size. The host reads each batch's probabilities and labels.
/// </summary>
public sealed class TenCropEvaluator : IDisposable
{
    private readonly Network network;
    private readonly ImageStore? ownStore;
    private readonly float[] probabilities, labels;
    private readonly double[] mean;

    /// <summary>Takes what the batches need.</summary>
    /// <param name="network">The network; batches have the size that it was compiled for.</param>
    /// <param name="set">The images.</param>
    /// <param name="mean">C·H·W values subtracted from each image: <see cref="MeanImage"/> of the training set, or zeros.</param>
    /// <param name="crop">Side of a window.</param>
    /// <exception cref="DataException">The mean does not fit the images.</exception>
    /// <exception cref="TrainingException">The network was not made for such images, or a window is all of an image.</exception>
    /// <exception cref="NetworkException">The main loss is no <see cref="SoftmaxLoss"/>.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public TenCropEvaluator(Network network, ImageSet set, float[] mean, int? crop) : this(network, set, mean, crop, null)
    {
    }

    /// <summary>With images that somebody else holds.</summary>
    internal TenCropEvaluator(Network network, ImageSet set, float[] mean, int? crop, ImageStore? store)
    {
        InputRules.ThrowUnlessFits(network, set, crop);
        ThrowUnlessPossible(set, crop);
        this.network = network;
        var input = network.Input.Shape;
        probabilities = new float[network.Probabilities.Length];
        labels = new float[input.N];
        this.mean = new double[network.Classes];
        try
        {
            ownStore = store is null ? ImageStore.Open(network.Session, FeedMode.Auto, set) : null;
            Feed = new BatchFeed(network, BatchPlan.ForTenCrop(set, input.N, new Size2D(input.H, input.W)), mean, store ?? ownStore!);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal BatchFeed Feed { get; } = null!;

    /// <summary>Throws unless windows of an image differ from each other.</summary>
    /// <param name="set">The images.</param>
    /// <param name="crop">Side of a window; null for whole images.</param>
    /// <exception cref="TrainingException">A window is all of an image, or does not lie within it.</exception>
    public static void ThrowUnlessPossible(ImageSet set, int? crop)
    {
        var (image, window) = (set.Shape, InputRules.InputOf(set, crop));
        if ((image.H, image.W) == (window.H, window.W))
            throw new TrainingException($"{set.Name}: ten-crop evaluation takes windows at the corners and in the middle of each image, but the network sees whole images of {image.H}×{image.W}. Train it with a --crop that is smaller.");
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
        Array.Clear(mean);
        try
        {
            for (int batch = 0; batch < Feed.BatchesInPass; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                Feed.Load(batch);
                network.Forward(Phase.Test, iteration);
                if (batch + 1 < Feed.BatchesInPass)
                    Feed.Prepare(batch + 1);
                network.Probabilities.CopyTo(probabilities);
                network.Labels.CopyTo(labels);
                totals += CountBatch(batch);
            }
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }

        return new(iteration, totals.Loss, totals.Accuracy, totals.Top5Accuracy);
    }

    /// <summary>Frees what the batches took.</summary>
    public void Dispose()
    {
        Feed?.Dispose();
        ownStore?.Dispose();
    }

    // An image's windows may be spread over batches: the mean goes on from one to the next. Places that no image fills have a label below 0.
    private LossTotals CountBatch(int batch)
    {
        var totals = default(LossTotals);
        int places = labels.Length, classes = mean.Length;
        for (int n = 0; n < places; n++)
        {
            for (int c = 0; c < classes; c++)
                mean[c] += (double)probabilities[n * classes + c] / TenCrop.Views;
            if (((long)batch * places + n) % TenCrop.Views < TenCrop.Views - 1)
                continue;
            if (labels[n] >= 0)
                totals += Count((int)labels[n]);
            Array.Clear(mean);
        }

        return totals;
    }

    // As the loss counts on the device: another class that scores as high, or a NaN, is against a hit.
    private LossTotals Count(int label)
    {
        double own = mean[label];
        int notLower = 0;
        for (int c = 0; c < mean.Length; c++)
            notLower += c == label || mean[c] < own ? 0 : 1;
        bool isKnown = !double.IsNaN(own);
        return new(-Math.Log(Math.Max(own, SoftmaxLossOp.LeastProbability)), isKnown && notLower < 1 ? 1 : 0, isKnown && notLower < 5 ? 1 : 0, 1);
    }
}
