namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>How a product is to be computed.</summary>
/// <param name="Variant">Name of a <see cref="GemmVariant"/>.</param>
/// <param name="Splits">Parts that each sum is split into, at most; 1 for none.</param>
internal readonly record struct GemmChoice(string Variant, int Splits);
