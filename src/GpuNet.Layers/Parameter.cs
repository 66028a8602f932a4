using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>A parameter of a compiled network.</summary>
/// <param name="Name">Layer and parameter: <c>conv1.weights</c>.</param>
/// <param name="Value">Its values on the device.</param>
/// <param name="Gradient">Its gradient on the device, of the same shape.</param>
/// <param name="RateMultiplier">Caffe's <c>lr_mult</c>.</param>
/// <param name="DecayMultiplier">Caffe's <c>decay_mult</c>.</param>
public sealed record Parameter(string Name, Tensor Value, Tensor Gradient, float RateMultiplier, float DecayMultiplier)
{
    /// <summary>Its shape.</summary>
    public Shape Shape => Value.Shape;
}
