using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// Matrix products for any device. A group of threads computes a block of the product, each thread a tile of it in registers, from tiles of both
/// matrices in shared memory. While the tile in one half of shared memory is multiplied, the next one is on its way from memory to registers; it is
/// stored to the other half, so that one barrier a tile is enough. The depth loop takes two tiles a turn, so that the half is a constant.
/// </summary>
internal static class GemmKernels
{
    /// <summary>
    /// One block of the product. Explicitly grouped: X of the grid counts row tiles, then column tiles, then products; Y counts the parts
    /// that the sums are split into.
    /// </summary>
    /// <typeparam name="TBlock">Sizes of the block.</typeparam>
    /// <typeparam name="TTile">A thread's sums.</typeparam>
    /// <typeparam name="TLeft">The left matrix.</typeparam>
    /// <typeparam name="TRight">The right matrix.</typeparam>
    /// <typeparam name="TResult">Where the product goes.</typeparam>
    public static void Multiply<TBlock, TTile, TLeft, TRight, TResult>(TLeft left, TRight right, TResult result, GemmGrid grid)
        where TBlock : struct, IGemmBlock
        where TTile : struct, IThreadTile
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResult : struct, IGemmResult
    {
        int columnTile = Grid.IdxX / grid.RowTiles, rowTile = Grid.IdxX - columnTile * grid.RowTiles;
        int group = columnTile / grid.ColumnTiles;
        columnTile -= group * grid.ColumnTiles;
        int firstRow = rowTile << TBlock.RowBits, firstColumn = columnTile << TBlock.ColumnBits;
        int start = Grid.IdxY * grid.SplitDepth, end = Math.Min(start + grid.SplitDepth, grid.Depth);

        int thread = Group.IdxX, downBits = TBlock.RowBits - TTile.RowBits, acrossBits = TBlock.ColumnBits - TTile.ColumnBits;
        int leftSliceBits = GemmLoader.SliceBits(TBlock.RowBits, downBits + acrossBits);
        int leftLine = GemmLoader.Line<TLeft>(thread, TBlock.RowBits, leftSliceBits);
        int leftTerm = GemmLoader.Term<TLeft>(thread, TBlock.RowBits, leftSliceBits);
        left.Start(new GemmShare(group, firstRow + leftLine, grid.Rows, start + leftTerm, 1 << leftSliceBits, end));
        int rightSliceBits = GemmLoader.SliceBits(TBlock.ColumnBits, downBits + acrossBits);
        int rightLine = GemmLoader.Line<TRight>(thread, TBlock.ColumnBits, rightSliceBits);
        int rightTerm = GemmLoader.Term<TRight>(thread, TBlock.ColumnBits, rightSliceBits);
        right.Start(new GemmShare(group, firstColumn + rightLine, grid.Columns, start + rightTerm, 1 << rightSliceBits, end));

        // A warp of 32 threads computes 4 × 8 tiles, which takes fewer different values than two rows of 16.
        int across = thread & 7 | (thread >>> 5 & (1 << acrossBits - 3) - 1) << 3;
        int down = thread >>> 3 & 3 | thread >>> 2 + acrossBits << 2;

        int leftPitch = GemmLoader.Pitch(TBlock.RowBits), rightPitch = GemmLoader.Pitch(TBlock.ColumnBits);
        var leftTiles = SharedMemory.Allocate<Quad>((2 << TBlock.DepthBits) * leftPitch >>> 2);
        var rightTiles = SharedMemory.Allocate<Quad>((2 << TBlock.DepthBits) * rightPitch >>> 2);
        int leftAt = leftTerm * leftPitch + leftLine, rightAt = rightTerm * rightPitch + rightLine;
        ref var leftQuads = ref leftTiles[leftAt >>> 2];
        ref var rightQuads = ref rightTiles[rightAt >>> 2];
        ref var leftValues = ref leftTiles.Cast<float>()[leftAt];
        ref var rightValues = ref rightTiles.Cast<float>()[rightAt];
        int leftLength = 4 * leftTiles.IntLength - leftAt, rightLength = 4 * rightTiles.IntLength - rightAt;
        ref var rows = ref leftTiles[down];
        ref var columns = ref rightTiles[across];
        int rowsLength = leftTiles.IntLength - down, columnsLength = rightTiles.IntLength - across;

        TTile tile = default;
        var nextLeft = GemmLoader.Load(ref left, 0, TBlock.DepthBits, leftSliceBits);
        var nextRight = GemmLoader.Load(ref right, 0, TBlock.DepthBits, rightSliceBits);
        for (int depth = 0; depth < end - start;)
        {
            int next = depth + (1 << TBlock.DepthBits);
            GemmLoader.Store<TLeft>(nextLeft, ref leftQuads, ref leftValues, leftLength, 0, TBlock.RowBits, TBlock.DepthBits, leftSliceBits);
            GemmLoader.Store<TRight>(nextRight, ref rightQuads, ref rightValues, rightLength, 0, TBlock.ColumnBits, TBlock.DepthBits, rightSliceBits);
            Group.Barrier();
            nextLeft = GemmLoader.Load(ref left, next, TBlock.DepthBits, leftSliceBits);
            nextRight = GemmLoader.Load(ref right, next, TBlock.DepthBits, rightSliceBits);
            MultiplyAdd<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, 0);

            GemmLoader.Store<TLeft>(nextLeft, ref leftQuads, ref leftValues, leftLength, 1, TBlock.RowBits, TBlock.DepthBits, leftSliceBits);
            GemmLoader.Store<TRight>(nextRight, ref rightQuads, ref rightValues, rightLength, 1, TBlock.ColumnBits, TBlock.DepthBits, rightSliceBits);
            Group.Barrier();
            depth += 2 << TBlock.DepthBits;
            nextLeft = GemmLoader.Load(ref left, depth, TBlock.DepthBits, leftSliceBits);
            nextRight = GemmLoader.Load(ref right, depth, TBlock.DepthBits, rightSliceBits);
            MultiplyAdd<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, 1 << TBlock.DepthBits);
        }

        var target = new GemmRows<TResult>(result, grid, Grid.IdxY, group);
        tile.Store(target, firstRow + (down << 2), 1 << TBlock.RowBits - 1, firstColumn + (across << 2), 1 << TBlock.ColumnBits - 1);
    }

    /// <summary>Adds up the parts of split sums, in order, so that equal runs give equal bits. One thread a value, explicitly grouped.</summary>
    public static void SumSplits(ArrayView<float> parts, int splits, ArrayView<float> result, int columns, GemmEpilogue epilogue)
    {
        int i = Grid.GlobalIndex.X, length = result.IntLength;
        if (i >= length)
            return;
        float sum = parts[i];
        for (int split = 1; split < splits; split++)
            sum += parts[split * (long)length + i];
        result[i] = epilogue.Finish(sum, i, i % columns);
    }

    // A tile's terms, written out.
    private static void MultiplyAdd<TBlock, TTile>(ref TTile tile, ref Quad rows, int rowsLength, ref Quad columns, int columnsLength, int term)
        where TBlock : struct, IGemmBlock
        where TTile : struct, IThreadTile
    {
        MultiplyAdd8<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term);
        if (TBlock.DepthBits > 3)
            MultiplyAdd8<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 8);
    }

    private static void MultiplyAdd8<TBlock, TTile>(ref TTile tile, ref Quad rows, int rowsLength, ref Quad columns, int columnsLength, int term)
        where TBlock : struct, IGemmBlock
        where TTile : struct, IThreadTile
    {
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 1);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 2);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 3);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 4);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 5);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 6);
        MultiplyAdd1<TBlock, TTile>(ref tile, ref rows, rowsLength, ref columns, columnsLength, term + 7);
    }

    private static void MultiplyAdd1<TBlock, TTile>(ref TTile tile, ref Quad rows, int rowsLength, ref Quad columns, int columnsLength, int term)
        where TBlock : struct, IGemmBlock
        where TTile : struct, IThreadTile
    {
        int leftPitch = GemmLoader.Pitch(TBlock.RowBits) >>> 2, rightPitch = GemmLoader.Pitch(TBlock.ColumnBits) >>> 2;
        tile.MultiplyAdd(ref rows, rowsLength, ref columns, columnsLength, term * leftPitch, 1 << TBlock.RowBits - 3, term * rightPitch, 1 << TBlock.ColumnBits - 3);
    }
}
