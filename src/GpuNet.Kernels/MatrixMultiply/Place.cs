namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>What is known of a value's place from its line or its depth alone: an offset, and for images a pixel's row and column.</summary>
internal readonly record struct Place(int Offset, int Y, int X);
