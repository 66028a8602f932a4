using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The part of a result that one group of threads stores: rows of one product, of one part of its sums.</summary>
internal readonly struct GemmRows<TResult>(TResult result, GemmGrid grid, int split, int group)
    where TResult : struct, IGemmResult
{
    private readonly TResult result = result;
    private readonly GemmGrid grid = grid;
    private readonly int split = split, group = group;

    public GemmColumns Columns(int column) => result.Columns(column, grid.Columns);

    /// <summary>Stores four values of a row; those past the product's last row or column are dropped.</summary>
    public void Store(int row, GemmColumns columns, Quad values)
    {
        if (row < grid.Rows & columns.Count > 0)
            result.Store(group, row, result.Row(split, group, row), columns, values);
    }
}
