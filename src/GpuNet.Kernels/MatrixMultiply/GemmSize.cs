namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Sizes of a product, or of several of equal size, as the kernel takes them.</summary>
/// <param name="Rows">Rows of the left matrix and of the product.</param>
/// <param name="Columns">Columns of the right matrix and of the product.</param>
/// <param name="Depth">Terms of each sum.</param>
/// <param name="SplitDepth">Terms that one group of threads sums; the grid's Y counts the parts.</param>
internal readonly record struct GemmSize(int Rows, int Columns, int Depth, int SplitDepth);
