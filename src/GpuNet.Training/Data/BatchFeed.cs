using GpuNet.Layers;

namespace GpuNet.Training.Data;

/// <summary>Puts batches into a network's input and labels, by way of host memory that it owns.</summary>
/// <param name="network">The network, compiled for the loader's batches.</param>
/// <param name="loader">The batches.</param>
internal sealed class BatchFeed(Network network, BatchLoader loader)
{
    private readonly float[] pixels = new float[network.Input.Length];
    private readonly float[] labels = new float[network.Labels.Length];

    /// <summary>Batches in one pass over the set.</summary>
    public int BatchesInPass => loader.BatchesInPass;

    /// <summary>Copies a batch to the device.</summary>
    /// <param name="iteration">Its number, from 0.</param>
    public void Load(long iteration)
    {
        loader.Fill(iteration, pixels, labels);
        network.Input.CopyFrom(pixels);
        network.Labels.CopyFrom(labels);
    }
}
