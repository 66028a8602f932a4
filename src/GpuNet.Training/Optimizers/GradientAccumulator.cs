using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// Sums the gradients of an update's batches: Caffe's <c>iter_size</c>. A backward pass overwrites the gradients, so the sum so far stands in memory of its
/// own, as large as all gradients; with the last batch it goes back to where the network has them. One launch a parameter group and batch. For one
/// batch an update it takes no memory and launches nothing.
/// </summary>
internal sealed class GradientAccumulator : IDisposable
{
    private readonly int batches;
    private readonly Arena? arena;
    private readonly GradientSumOp copy = null!, add = null!;
    private readonly Terms[] groups = [];

    /// <summary>Takes the memory.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batches">Batches of an update, 1 or more.</param>
    /// <exception cref="Kernels.Devices.DeviceException">The device has too little memory.</exception>
    public GradientAccumulator(Network network, int batches)
    {
        this.batches = batches;
        if (batches == 1)
            return;
        copy = new GradientSumOp(network.Session, 1);
        add = new GradientSumOp(network.Session, 2);
        arena = new Arena(network.Session, network.ParameterGroups.Sum(group => Arena.Footprint(group.Gradient.Length)));
        groups = [.. network.ParameterGroups.Select(group => new Terms(arena.Take(group.Gradient.Shape), group.Gradient))];
    }

    /// <summary>Adds what a backward pass left; after the update's last batch the network's gradients are the sum over all of them.</summary>
    /// <param name="batch">The batch's number in its update, from 0.</param>
    public void Add(int batch)
    {
        foreach (var group in groups)
        {
            if (batch == 0)
                copy.Run(group.Gradient, group.Sum);
            else
                add.Run(group.SumAndGradient, batch == batches - 1 ? group.Gradient[0] : group.Sum);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => arena?.Dispose();

    private sealed class Terms(Tensor sum, Tensor gradient)
    {
        public Tensor Sum { get; } = sum;

        public Tensor[] Gradient { get; } = [gradient];

        public Tensor[] SumAndGradient { get; } = [sum, gradient];
    }
}
