using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// The sums of one thread, which stay in registers: a struct of floats, since ILGPU keeps arrays in memory, and straight-line code, since it
/// unrolls no loop. A tile of 8 rows is two times 4 rows, half a block apart, so that neighbouring threads load neighbouring Quads; so are 8 columns.
/// </summary>
internal interface IThreadTile
{
    /// <summary>Logarithm of the rows.</summary>
    static abstract int RowBits { get; }

    /// <summary>Logarithm of the columns.</summary>
    static abstract int ColumnBits { get; }

    /// <summary>Adds the products of one term.</summary>
    /// <param name="left">The thread's first Quad of rows in shared memory.</param>
    /// <param name="leftLength">Quads of shared memory from there on.</param>
    /// <param name="right">The thread's first Quad of columns.</param>
    /// <param name="rightLength">Quads from there on.</param>
    /// <param name="l">Where the term is in left, in Quads.</param>
    /// <param name="leftHalf">Quads from the first four rows to the second four.</param>
    /// <param name="r">Where the term is in right.</param>
    /// <param name="rightHalf">Quads from the first four columns to the second four.</param>
    void MultiplyAdd(ref Quad left, int leftLength, ref Quad right, int rightLength, int l, int leftHalf, int r, int rightHalf);

    /// <summary>Stores the sums.</summary>
    /// <param name="rows">Where the rows go.</param>
    /// <param name="row">The thread's first row.</param>
    /// <param name="rowHalf">Rows from the first four to the second four.</param>
    /// <param name="column">The thread's first column.</param>
    /// <param name="columnHalf">Columns from the first four to the second four.</param>
    void Store<TResult>(GemmRows<TResult> rows, int row, int rowHalf, int column, int columnHalf)
        where TResult : struct, IGemmResult;
}

/// <summary>4 × 4 sums.</summary>
internal struct ThreadTile4x4 : IThreadTile
{
    private Quad row0, row1, row2, row3;

    public static int RowBits => 2;

    public static int ColumnBits => 2;

    public void MultiplyAdd(ref Quad left, int leftLength, ref Quad right, int rightLength, int l, int leftHalf, int r, int rightHalf)
    {
        var rows = SharedMemoryIntrinsics.Load(ref left, l, leftLength);
        var columns = SharedMemoryIntrinsics.Load(ref right, r, rightLength);
        row0.MultiplyAdd(rows.V0, columns);
        row1.MultiplyAdd(rows.V1, columns);
        row2.MultiplyAdd(rows.V2, columns);
        row3.MultiplyAdd(rows.V3, columns);
    }

    public readonly void Store<TResult>(GemmRows<TResult> rows, int row, int rowHalf, int column, int columnHalf)
        where TResult : struct, IGemmResult
    {
        var columns = rows.Columns(column);
        rows.Store(row, columns, row0);
        rows.Store(row + 1, columns, row1);
        rows.Store(row + 2, columns, row2);
        rows.Store(row + 3, columns, row3);
    }
}

/// <summary>8 × 8 sums.</summary>
internal struct ThreadTile8x8 : IThreadTile
{
    private Octet row0, row1, row2, row3, row4, row5, row6, row7;

    public static int RowBits => 3;

    public static int ColumnBits => 3;

    public void MultiplyAdd(ref Quad left, int leftLength, ref Quad right, int rightLength, int l, int leftHalf, int r, int rightHalf)
    {
        Quad upper = SharedMemoryIntrinsics.Load(ref left, l, leftLength), lower = SharedMemoryIntrinsics.Load(ref left, l + leftHalf, leftLength);
        Quad first = SharedMemoryIntrinsics.Load(ref right, r, rightLength), second = SharedMemoryIntrinsics.Load(ref right, r + rightHalf, rightLength);
        row0.MultiplyAdd(upper.V0, first, second);
        row1.MultiplyAdd(upper.V1, first, second);
        row2.MultiplyAdd(upper.V2, first, second);
        row3.MultiplyAdd(upper.V3, first, second);
        row4.MultiplyAdd(lower.V0, first, second);
        row5.MultiplyAdd(lower.V1, first, second);
        row6.MultiplyAdd(lower.V2, first, second);
        row7.MultiplyAdd(lower.V3, first, second);
    }

    public readonly void Store<TResult>(GemmRows<TResult> rows, int row, int rowHalf, int column, int columnHalf)
        where TResult : struct, IGemmResult
    {
        GemmColumns first = rows.Columns(column), second = rows.Columns(column + columnHalf);
        row0.Store(rows, row, first, second);
        row1.Store(rows, row + 1, first, second);
        row2.Store(rows, row + 2, first, second);
        row3.Store(rows, row + 3, first, second);
        row4.Store(rows, row + rowHalf, first, second);
        row5.Store(rows, row + rowHalf + 1, first, second);
        row6.Store(rows, row + rowHalf + 2, first, second);
        row7.Store(rows, row + rowHalf + 3, first, second);
    }

    private struct Octet
    {
        private Quad first, second;

        public void MultiplyAdd(float left, Quad rightFirst, Quad rightSecond)
        {
            first.MultiplyAdd(left, rightFirst);
            second.MultiplyAdd(left, rightSecond);
        }

        public readonly void Store<TResult>(GemmRows<TResult> rows, int row, GemmColumns firstColumns, GemmColumns secondColumns)
            where TResult : struct, IGemmResult
        {
            rows.Store(row, firstColumns, first);
            rows.Store(row, secondColumns, second);
        }
    }
}
