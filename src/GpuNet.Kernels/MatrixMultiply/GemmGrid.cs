namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>A product as <see cref="GemmKernels"/> takes it: its sizes and how they are cut into tiles.</summary>
/// <param name="Rows">Rows of each product.</param>
/// <param name="Columns">Columns of each product.</param>
/// <param name="Depth">Terms of each sum.</param>
/// <param name="RowTiles">Tiles from top to bottom.</param>
/// <param name="ColumnTiles">Tiles from left to right.</param>
/// <param name="SplitDepth">Terms of a sum that one group of threads adds up.</param>
internal readonly record struct GemmGrid(int Rows, int Columns, int Depth, int RowTiles, int ColumnTiles, int SplitDepth);
