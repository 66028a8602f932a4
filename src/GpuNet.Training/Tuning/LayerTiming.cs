using GpuNet.Kernels.Tuning;

namespace GpuNet.Training.Tuning;

/// <summary>What was measured of one pass of a layer.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Kind">What kind of layer it is.</param>
/// <param name="Timing">The measurement.</param>
public sealed record LayerTiming(string Layer, string Kind, ProductTiming Timing);
