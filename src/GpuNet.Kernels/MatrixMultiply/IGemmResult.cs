using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Where a product's values go: the value at (row, column) is stored at the sum of their offsets.</summary>
internal interface IGemmResult
{
    /// <summary>Offset of a row of one group's product, of one part of its sums.</summary>
    int Row(int split, int group, int row);

    /// <summary>Locates the columns from a multiple of 4 on.</summary>
    /// <param name="column">The first.</param>
    /// <param name="columns">Columns of the product: those past the last one are not stored.</param>
    GemmColumns Columns(int column, int columns);

    /// <summary>Stores the values of four columns of a row that exists, as far as the columns do.</summary>
    void Store(int group, int row, int offset, GemmColumns columns, Quad values);
}
