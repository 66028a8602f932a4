using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// Matrix products for any device. A group of side × side threads computes a tile of 4·side × 4·side values of the product, each thread
/// 4 × 4 of them in registers, from tiles of both matrices in shared memory that are side terms deep.
/// </summary>
internal static class GemmKernels
{
    /// <summary>The largest side of a group. Any multiple of 4 up to it will do; the depth loop takes 4 terms a step.</summary>
    public const int LargestSide = 16;

    // In Quads. The pitch of a term's lines is padded by one Quad, which spreads the stores over the banks of shared memory.
    private const int LargestTile = LargestSide * (LargestSide + 1);

    /// <summary>
    /// One tile of the product. Explicitly grouped: X of the grid counts row tiles, then column tiles, then products; Y counts the parts
    /// that the sums are split into. splitDepth is the number of terms of a part.
    /// </summary>
    public static void Multiply<TLeft, TRight, TResult>(TLeft left, TRight right, TResult result, GemmSize size, int splitDepth)
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResult : struct, IGemmResult
    {
        int side = Group.DimX, tile = 4 * side, pitch = tile + 4;
        int rowTiles = (size.Rows + tile - 1) / tile, columnTiles = (size.Columns + tile - 1) / tile;
        int columnTile = Grid.IdxX / rowTiles, rowTile = Grid.IdxX - columnTile * rowTiles;
        int group = columnTile / columnTiles;
        columnTile -= group * columnTiles;

        int start = Grid.IdxY * splitDepth, end = Math.Min(start + splitDepth, size.Depth);
        var leftLoader = new GemmTileLoader<TLeft>(left, group, rowTile * tile, size.Rows, end);
        var rightLoader = new GemmTileLoader<TRight>(right, group, columnTile * tile, size.Columns, end);
        // Two tiles of each: while one is multiplied, the next is stored, so that one barrier a tile is enough.
        var leftTiles = SharedMemory.Allocate<Quad>(2 * LargestTile);
        var rightTiles = SharedMemory.Allocate<Quad>(2 * LargestTile);

        Quad row0 = default, row1 = default, row2 = default, row3 = default;
        Quad nextLeft = leftLoader.Load(start), nextRight = rightLoader.Load(start);
        int buffer = 0;
        for (int depth = start; depth < end; depth += side)
        {
            var leftTile = leftTiles.SubView(buffer, LargestTile);
            var rightTile = rightTiles.SubView(buffer, LargestTile);
            leftLoader.Store(nextLeft, leftTile.Cast<float>(), pitch);
            rightLoader.Store(nextRight, rightTile.Cast<float>(), pitch);
            Group.Barrier();
            nextLeft = leftLoader.Load(depth + side);
            nextRight = rightLoader.Load(depth + side);
            int l = Group.IdxY, r = Group.IdxX;
            for (int step = 0; step < side; step += 4)
            {
                MultiplyAdd(leftTile[l], rightTile[r], ref row0, ref row1, ref row2, ref row3);
                l += side + 1;
                r += side + 1;
                MultiplyAdd(leftTile[l], rightTile[r], ref row0, ref row1, ref row2, ref row3);
                l += side + 1;
                r += side + 1;
                MultiplyAdd(leftTile[l], rightTile[r], ref row0, ref row1, ref row2, ref row3);
                l += side + 1;
                r += side + 1;
                MultiplyAdd(leftTile[l], rightTile[r], ref row0, ref row1, ref row2, ref row3);
                l += side + 1;
                r += side + 1;
            }
            buffer = LargestTile - buffer;
        }

        int row = rowTile * tile + 4 * Group.IdxY, column = columnTile * tile + 4 * Group.IdxX;
        StoreRow(result, size, group, row, column, row0);
        StoreRow(result, size, group, row + 1, column, row1);
        StoreRow(result, size, group, row + 2, column, row2);
        StoreRow(result, size, group, row + 3, column, row3);
    }

    /// <summary>Adds up the parts of split sums, in order, so that equal runs give equal bits. One thread a value.</summary>
    public static void SumSplits(
        Index1D i, ArrayView<float> parts, int splits, ArrayView<float> result, int columns, GemmEpilogue epilogue)
    {
        int length = result.IntLength;
        float sum = parts[i];
        for (int split = 1; split < splits; split++)
            sum += parts[split * (long)length + i];
        result[i] = epilogue.Finish(sum, i, i % columns);
    }

    // The outer product of four rows and four columns.
    private static void MultiplyAdd(Quad left, Quad right, ref Quad row0, ref Quad row1, ref Quad row2, ref Quad row3)
    {
        MultiplyAdd(left.V0, right, ref row0);
        MultiplyAdd(left.V1, right, ref row1);
        MultiplyAdd(left.V2, right, ref row2);
        MultiplyAdd(left.V3, right, ref row3);
    }

    private static void MultiplyAdd(float left, Quad right, ref Quad row)
    {
        row.V0 += left * right.V0;
        row.V1 += left * right.V1;
        row.V2 += left * right.V2;
        row.V3 += left * right.V3;
    }

    private static void StoreRow<TResult>(TResult result, GemmSize size, int group, int row, int column, Quad values)
        where TResult : struct, IGemmResult
    {
        if (row >= size.Rows)
            return;
        int offset = result.Row(Grid.IdxY, group, row);
        StoreValue(result, size, offset, group, row, column, values.V0);
        StoreValue(result, size, offset, group, row, column + 1, values.V1);
        StoreValue(result, size, offset, group, row, column + 2, values.V2);
        StoreValue(result, size, offset, group, row, column + 3, values.V3);
    }

    private static void StoreValue<TResult>(TResult result, GemmSize size, int offset, int group, int row, int column, float value)
        where TResult : struct, IGemmResult
    {
        if (column < size.Columns)
            result.Store(offset + result.Column(column), group, row, column, value);
    }
}
