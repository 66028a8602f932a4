using GpuNet.Layers.Initialization;

namespace GpuNet.Layers;

/// <summary>How a parameter starts and learns. A <see cref="Filler"/> alone converts to it, with both multipliers 1, Caffe's default.</summary>
/// <param name="Filler">Its first values.</param>
/// <param name="RateMultiplier">Caffe's <c>lr_mult</c>: the parameter's learning rate, relative to the solver's.</param>
/// <param name="DecayMultiplier">Caffe's <c>decay_mult</c>: its weight decay, relative to the solver's.</param>
public sealed record ParameterOptions(Filler Filler, float RateMultiplier = 1, float DecayMultiplier = 1)
{
    /// <summary>All 0 at first, both multipliers 1.</summary>
    public static ParameterOptions Zero { get; } = new(Filler.Constant(0));

    /// <summary>Takes a filler with both multipliers 1.</summary>
    /// <param name="filler">The first values.</param>
    public static implicit operator ParameterOptions(Filler filler) => new(filler);
}
