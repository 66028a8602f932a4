using GpuNet.Layers.Initialization;

namespace GpuNet.Layers.Models;

/// <summary>What Caffe's ImageNet networks have in common, layer for layer.</summary>
internal static class ImageNetLayers
{
    /// <summary>Biases: they learn twice as fast as the weights and do not decay.</summary>
    /// <param name="value">What they start at.</param>
    public static ParameterOptions Bias(double value) => new(Filler.Constant(value), RateMultiplier: 2, DecayMultiplier: 0);

    /// <summary>Normalises over five channels.</summary>
    public static LayerOutput Norm(NetworkBuilder net, string name, LayerOutput x) =>
        net.LocalResponseNorm(name, x, NormRegion.AcrossChannels, size: 5, alpha: 1e-4f, beta: 0.75f);
}
