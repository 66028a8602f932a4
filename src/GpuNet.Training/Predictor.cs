using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training;

/// <summary>Finds the most probable classes of pictures, from the window in the middle of each.</summary>
public sealed class Predictor : IDisposable
{
    private readonly Network network;
    private readonly BatchFeed feed;
    private readonly float[] probabilities, labels;
    private readonly int pictures;

    /// <summary>Takes what the batches need.</summary>
    /// <param name="network">The network; batches have the size that it was compiled for.</param>
    /// <param name="set">The pictures; their labels are not looked at.</param>
    /// <param name="mean">What is subtracted: values of a window, or of whole images, whose middle is taken.</param>
    /// <param name="crop">Side of the square in the middle of each picture that the network sees; null for all that the pictures just cover.</param>
    /// <exception cref="DataException">The mean does not fit the pictures.</exception>
    /// <exception cref="TrainingException">The network was not made for such pictures.</exception>
    /// <exception cref="NetworkException">The main loss is no <see cref="SoftmaxLoss"/>.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Predictor(Network network, PictureSet set, ImageMean mean, int? crop)
    {
        InputRules.ThrowUnlessFits(network, set, crop);
        this.network = network;
        var input = network.Input.Shape;
        var window = new Size2D(input.H, input.W);
        pictures = set.Count;
        probabilities = new float[network.Probabilities.Length];
        labels = new float[input.N];
        using var store = ImageStore.Open(network.Session, FeedMode.Streamed, set);
        feed = new BatchFeed(network, BatchPlan.ForEvaluation(set, input.N, window), MeanImage.MiddleOf(mean, window), store);
    }

    /// <summary>Predicts, batch after batch. Files that are no pictures are left out, as the set's options say.</summary>
    /// <param name="top">How many classes, at most.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>The predictions, in the pictures' order.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    public IEnumerable<Prediction> Run(int top, CancellationToken cancellation = default)
    {
        for (int batch = 0; batch < feed.BatchesInPass; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            Forward(batch);
            for (int n = 0; n < labels.Length; n++)
            {
                int picture = batch * labels.Length + n;
                if (picture < pictures && labels[n] >= 0)
                    yield return new(picture, TopOf(probabilities.AsSpan(n * network.Classes, network.Classes), top));
            }
        }
    }

    /// <summary>Frees what the batches took.</summary>
    public void Dispose() => feed.Dispose();

    private void Forward(int batch)
    {
        try
        {
            feed.Load(batch);
            network.Forward(Phase.Test, 0);
            network.Probabilities.CopyTo(probabilities);
            network.Labels.CopyTo(labels);
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }
    }

    private static (int, float)[] TopOf(ReadOnlySpan<float> probabilities, int top) =>
        [.. probabilities.ToArray().Select((probability, i) => (i, probability)).OrderByDescending(entry => entry.probability).Take(top)];
}
