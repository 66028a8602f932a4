using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>
/// All parameters that share their multipliers, side by side in memory, so that one flat launch updates them all. Between two parameters
/// lie up to 15 values of padding; they are 0 in both windows and stay so under every update whose result for (0, 0) is 0. (An infinite rate makes them NaN;
/// <see cref="Network.Initialize"/> sets them back to 0.)
/// </summary>
public sealed class ParameterGroup
{
    private readonly IReadOnlyList<long> offsets;

    internal ParameterGroup(float rateMultiplier, float decayMultiplier, Tensor value, Tensor gradient, IReadOnlyList<Parameter> parameters, IReadOnlyList<long> offsets)
    {
        RateMultiplier = rateMultiplier;
        DecayMultiplier = decayMultiplier;
        Value = value;
        Gradient = gradient;
        Parameters = parameters;
        this.offsets = offsets;
    }

    /// <summary>Caffe's <c>lr_mult</c> of each.</summary>
    public float RateMultiplier { get; }

    /// <summary>Caffe's <c>decay_mult</c> of each.</summary>
    public float DecayMultiplier { get; }

    /// <summary>The values of all, flat.</summary>
    public Tensor Value { get; }

    /// <summary>The gradients of all, flat, in the same places.</summary>
    public Tensor Gradient { get; }

    /// <summary>The parameters, in the network's order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>One parameter's window of any tensor laid out like the group, such as an optimizer's velocities.</summary>
    /// <param name="index">The parameter's position in <see cref="Parameters"/>.</param>
    /// <param name="flat">As many values as <see cref="Value"/>.</param>
    /// <returns>The window, of the parameter's shape.</returns>
    public Tensor WindowOf(int index, Tensor flat) => flat.Slice(offsets[index], Parameters[index].Shape);
}
