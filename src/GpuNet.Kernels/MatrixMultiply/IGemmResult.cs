namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Where a product's values go: the value at (row, column) is stored at the sum of their offsets.</summary>
internal interface IGemmResult
{
    /// <summary>Offset of a row of one group's product, of one part of its sums.</summary>
    int Row(int split, int group, int row);

    int Column(int column);

    /// <summary>Stores the value of a row and a column at the sum of their offsets.</summary>
    void Store(int offset, int group, int row, int column, float value);
}
