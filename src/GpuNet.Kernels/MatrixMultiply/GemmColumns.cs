namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Four columns in a row of a product.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many of them the product has: 0 or less if none.</param>
/// <param name="Offset0">Offset of the first.</param>
/// <param name="Offset1">Offset of the second; results that store four values at once use the first offset only.</param>
/// <param name="Offset2">Offset of the third.</param>
/// <param name="Offset3">Offset of the fourth.</param>
internal readonly record struct GemmColumns(int First, int Count, int Offset0, int Offset1, int Offset2, int Offset3);
