using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training;

/// <summary>Reads the losses of an update's batches, all at once; of a single batch it reads the network's own and takes no memory.</summary>
internal sealed class BatchLosses : IDisposable
{
    private readonly Network network;
    private readonly int batches;
    private readonly Arena? arena;
    private readonly Tensor kept;
    private readonly float[] read = [];

    public BatchLosses(Network network, int batches)
    {
        this.network = network;
        this.batches = batches;
        if (batches == 1)
            return;
        var shape = Shape.Matrix(batches, (int)network.LossesShape.Length);
        arena = new Arena(network.Session, Arena.Footprint(shape.Length));
        kept = arena.Take(shape);
        read = new float[shape.Length];
    }

    /// <summary>Keeps what the last forward pass counted. Does not wait.</summary>
    public void Keep(int batch)
    {
        if (batches > 1)
            network.KeepLosses(kept.Slice((long)batch * kept.Shape.C, network.LossesShape));
    }

    /// <summary>Waits for the device. Means over the batches.</summary>
    public NetworkLoss Read()
    {
        if (batches == 1)
            return network.ReadLosses();
        kept.CopyTo(read);
        double main = 0, total = 0;
        for (int i = 0; i < batches; i++)
        {
            var loss = network.LossesOf(read.AsSpan(i * kept.Shape.C, kept.Shape.C));
            main += loss.Main / batches;
            total += loss.Total / batches;
        }

        return new(main, total);
    }

    public void Dispose() => arena?.Dispose();
}
