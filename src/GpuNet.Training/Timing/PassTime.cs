using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Timing;

/// <summary>What one pass of a layer takes, and what it does meanwhile.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Kind">What kind of layer it is.</param>
/// <param name="Pass"><c>forward</c> or <c>backward</c>; a convolution's backward pass is both gradients.</param>
/// <param name="Output">Shape of the layer's output, NCHW.</param>
/// <param name="Milliseconds">Median time.</param>
/// <param name="Operations">Nominal floating-point operations, products with padding too; 0 for a layer without weights.</param>
/// <param name="Bytes">Bytes that must be read and written at least.</param>
public sealed record PassTime(string Layer, string Kind, string Pass, Shape Output, double Milliseconds, double Operations, double Bytes);
