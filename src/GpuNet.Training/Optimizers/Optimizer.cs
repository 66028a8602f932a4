using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// Updates a network's parameters from their gradients: one launch a parameter group. A group's rate is rate · rate multiplier and its decay
/// λ · decay multiplier, both multiplied in double and then rounded to float32, as Caffe's per-parameter <c>lr_mult</c> and <c>decay_mult</c>.
/// It owns what it keeps of each parameter.
/// </summary>
public sealed class Optimizer : IDisposable
{
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
        step = StepOf(network.Session, options, 1.0 / batches);
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

    private static Step StepOf(DeviceSession session, OptimizerOptions options, double scale)
    {
        double delta = options.Delta;
        switch (options.Kind)
        {
            case OptimizerKind.Sgd when options.Form == SgdForm.Torch:
                var torch = new SgdOp(session);
                return (p, rate, momentum, _) => torch.UpdateTorch(p.Weights, p.State[0], p.Gradients, rate, momentum, p.Decay, scale);
            case OptimizerKind.Sgd:
                var sgd = new SgdOp(session);
                return (p, rate, momentum, _) => sgd.Update(p.Weights, p.State[0], p.Gradients, rate, momentum, p.Decay, scale);
            case OptimizerKind.Nesterov:
                var nesterov = new NesterovOp(session);
                return (p, rate, momentum, _) => nesterov.Update(p.Weights, p.State[0], p.Gradients, rate, momentum, p.Decay, scale);
            case OptimizerKind.Adam:
                var adam = new AdamOp(session);
                return (p, rate, momentum, iteration) =>
                    adam.Update(p.Weights, p.State[0], p.State[1], p.Gradients, rate, momentum, options.Momentum2, delta, iteration, p.Decay, scale);
            case OptimizerKind.RmsProp:
                var rmsProp = new RmsPropOp(session);
                return (p, rate, _, _) => rmsProp.Update(p.Weights, p.State[0], p.Gradients, rate, options.RmsDecay, delta, p.Decay, scale);
            case OptimizerKind.AdaGrad:
                var adaGrad = new AdaGradOp(session);
                return (p, rate, _, _) => adaGrad.Update(p.Weights, p.State[0], p.Gradients, rate, delta, p.Decay, scale);
            case OptimizerKind.AdaDelta:
                var adaDelta = new AdaDeltaOp(session);
                return (p, rate, momentum, _) => adaDelta.Update(p.Weights, p.State[0], p.State[1], p.Gradients, rate, momentum, delta, p.Decay, scale);
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "no such optimizer.");
        }
    }

    private sealed record Group(Tensor Weights, Tensor Gradients, Tensor[] State, double RateMultiplier, double Decay);
}
