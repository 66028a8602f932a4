namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Sizes of a product, or of several of equal size that run together.</summary>
/// <param name="Groups">The number of products.</param>
/// <param name="Rows">Rows of the left matrix and of the product.</param>
/// <param name="Columns">Columns of the right matrix and of the product.</param>
/// <param name="Depth">Terms of each sum.</param>
internal readonly record struct GemmSize(int Groups, int Rows, int Columns, int Depth);
