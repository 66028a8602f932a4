using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// Updates a network's parameters from their gradients: one launch a parameter group. A group's rate is rate · rate multiplier and its decay
/// λ · decay multiplier, both multiplied in double and then rounded to float32, as Caffe's per-parameter <c>lr_mult</c> and <c>decay_mult</c>.
/// It owns what it keeps of each parameter.
/// <para>Gradients that are sums over k batches are divided by k in the same launch, since rate·(Σ/k + λ·w) = (rate/k)·(Σ + k·λ·w). In PyTorch's form the
/// velocity is then k times its own, and the rate, which stands outside, 1/k of it.</para>
/// </summary>
public sealed class Optimizer : IDisposable
{
    private readonly int batches;
    private readonly Group[] groups;
    private readonly Arena arena;
    private readonly Step step;

    /// <summary>Loads the kernels and takes zeroed state.</summary>
    /// <param name="network">The network whose parameters are updated.</param>
    /// <param name="options">The optimizer; its momentum is what a run uses at every iteration, unless it asks for another.</param>
    /// <param name="weightDecay">λ of L2 weight decay, 0 or above.</param>
    /// <param name="batches">Batches that the gradients are sums over, which the update divides them by; 1 or more.</param>
    /// <exception cref="TrainingException">An option is out of its range.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Optimizer(Network network, OptimizerOptions options, double weightDecay, int batches = 1)
    {
        options.ThrowIfInvalid();
        this.batches = batches;
        step = StepOf(network.Session, options);
        var parameters = network.ParameterGroups;
        arena = new Arena(network.Session, options.StateNames.Count * parameters.Sum(group => Arena.Footprint(group.Value.Length)));
        State = [.. options.StateNames.Select(name => new OptimizerState(name, [.. parameters.Select(group => arena.Take(group.Value.Shape))]))];
        groups = [.. parameters.Select((group, i) => new Group(
            group.Value, group.Gradient, [.. State.Select(state => state.Groups[i])], group.RateMultiplier, weightDecay * group.DecayMultiplier))];
    }

    private delegate void Step(Group group, double rate, double momentum, long iteration);

    /// <summary>All that the next update depends on, besides parameters, gradients and its arguments.</summary>
    internal IReadOnlyList<OptimizerState> State { get; }

    /// <summary>Sets all state to 0, as it is before the first update.</summary>
    public void Reset()
    {
        foreach (var state in State)
        {
            foreach (var tensor in state.Groups)
                tensor.Clear();
        }
    }

    /// <summary>Updates every parameter from its gradient.</summary>
    /// <param name="rate">The learning rate of this iteration.</param>
    /// <param name="momentum">μ of this iteration, from 0 up to, but not including, 1.</param>
    /// <param name="iteration">The number of updates already made since the state was 0.</param>
    public void Update(double rate, double momentum, long iteration)
    {
        foreach (var group in groups)
            step(group, rate * group.RateMultiplier, momentum, iteration);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose() => arena.Dispose();

    private Step StepOf(DeviceSession session, OptimizerOptions options)
    {
        var sgd = new SgdOp(session);
        Action<Tensor, Tensor, Tensor, float, float, float> update = options.Form == SgdForm.Caffe ? sgd.Update : sgd.UpdateTorch;
        return (group, rate, momentum, _) => update(group.Weights, group.State[0], group.Gradients, (float)(rate / batches), (float)momentum, (float)(group.Decay * batches));
    }

    private sealed record Group(Tensor Weights, Tensor Gradients, Tensor[] State, double RateMultiplier, double Decay);
}
