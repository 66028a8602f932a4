using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Tests;

/// <summary>SGD with momentum in Caffe's order over a network's parameter groups, as a trainer does it.</summary>
internal sealed class Solver : IDisposable
{
    private readonly Network network;
    private readonly SgdOp op;
    private readonly Arena arena;
    private readonly Tensor[] velocities;

    public Solver(Network network)
    {
        this.network = network;
        op = new SgdOp(network.Session);
        arena = new Arena(network.Session, network.ParameterGroups.Sum(group => Arena.Footprint(group.Value.Length)));
        velocities = [.. network.ParameterGroups.Select(group => arena.Take(group.Value.Shape))];
    }

    /// <summary>Forward, backward, update.</summary>
    public void Step(long iteration, float rate, float momentum, float decay)
    {
        network.Forward(Phase.Train, iteration);
        network.Backward();
        for (int i = 0; i < velocities.Length; i++)
        {
            var group = network.ParameterGroups[i];
            op.Update(group.Value, velocities[i], group.Gradient, rate * group.RateMultiplier, momentum, decay * group.DecayMultiplier);
        }
    }

    public void Dispose() => arena.Dispose();
}
