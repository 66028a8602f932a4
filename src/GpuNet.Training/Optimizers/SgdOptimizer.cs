using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum over a network's parameter groups: one launch a group. A group's rate is
/// rate · rate multiplier and its decay λ · decay multiplier, both multiplied in double and then rounded to float32, as Caffe's
/// per-parameter <c>lr_mult</c> and <c>decay_mult</c>. It owns the velocities.
/// <para>Gradients that are sums over k batches are divided by k in the same launch, since rate·(Σ/k + λ·w) = (rate/k)·(Σ + k·λ·w). In PyTorch's form the
/// velocity is then k times its own, and the rate, which stands outside, 1/k of it.</para>
/// </summary>
public sealed class SgdOptimizer : IDisposable
{
    private readonly SgdOptions options;
    private readonly int batches;
    private readonly IReadOnlyList<ParameterGroup> groups;
    private readonly Tensor[] velocities;
    private readonly Arena arena;
    private readonly Action<Tensor, Tensor, Tensor, float, float, float> update;

    /// <summary>Takes zeroed velocities, as many values as the network has parameters.</summary>
    /// <param name="network">The network whose parameters are updated.</param>
    /// <param name="options">Weight decay and the order of the update; its momentum is what a run uses at every iteration, unless it asks for another.</param>
    /// <param name="batches">Batches that the gradients are sums over, which the update divides them by; 1 or more.</param>
    /// <exception cref="TrainingException">An option is out of its range.</exception>
    public SgdOptimizer(Network network, SgdOptions options, int batches = 1)
    {
        options.ThrowIfInvalid();
        this.options = options;
        this.batches = batches;
        groups = network.ParameterGroups;
        arena = new Arena(network.Session, groups.Sum(group => Arena.Footprint(group.Value.Length)));
        velocities = [.. groups.Select(group => arena.Take(group.Value.Shape))];
        var op = new SgdOp(network.Session);
        update = options.Form == SgdForm.Caffe ? op.Update : op.UpdateTorch;
    }

    /// <summary>The velocities, one tensor for each parameter group.</summary>
    internal IReadOnlyList<Tensor> Velocities => velocities;

    /// <summary>Sets every velocity to 0.</summary>
    public void Reset()
    {
        foreach (var velocity in velocities)
            velocity.Clear();
    }

    /// <summary>Updates every parameter from its gradient.</summary>
    /// <param name="rate">The learning rate of this iteration.</param>
    /// <param name="momentum">μ of this iteration, from 0 up to, but not including, 1.</param>
    public void Update(double rate, double momentum)
    {
        for (int i = 0; i < velocities.Length; i++)
        {
            var group = groups[i];
            update(
                group.Value, velocities[i], group.Gradient, (float)(rate * group.RateMultiplier / batches), (float)momentum, (float)(options.WeightDecay * group.DecayMultiplier * batches));
        }
    }

    /// <summary>Frees the velocities.</summary>
    public void Dispose() => arena.Dispose();
}
