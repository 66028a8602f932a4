using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// C = op(A)·op(B) + bias on the CPU. Each worker computes a rectangle of C alone: it packs a block of op(B), as much as its second-level
/// cache keeps, then panel after panel of op(A), and multiplies each by the whole block, along C's rows. A slice of the sums at a time
/// goes into C. Every value is one sum in one order, whoever computes it.
/// </summary>
internal readonly struct MatrixMultiplyTile : ITile
{
    // Values of a matrix below which it may well stand in the second-level caches: then asking for it costs more than it saves.
    private const int CachedLength = 1 << 18;

    // Values of a product that no cache holds, and terms up to which its stores rather than its sums take the time.
    private const int StreamedLength = 1 << 23, StreamedDepth = 64;

    private readonly MatrixMultiplyGeometry geometry;
    private readonly MatrixBlocks blocks;
    private readonly ArrayView<float> a, b, c, rowSums, workspace;
    private readonly Epilogue epilogue;

    /// <summary>Binds a product to its matrices.</summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="blocks">How the product is cut up, for the session's workers.</param>
    /// <param name="a">A, as stored.</param>
    /// <param name="b">B, as stored.</param>
    /// <param name="c">The product.</param>
    /// <param name="epilogue">What is done to its values: a bias is a column's.</param>
    /// <param name="rowSums">Where the sums of op(A)'s rows go, an inner product's bias gradient; empty if they are not wanted.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> values.</param>
    public MatrixMultiplyTile(
        MatrixMultiplyGeometry geometry, MatrixBlocks blocks, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, Epilogue epilogue,
        ArrayView<float> rowSums, ArrayView<float> workspace)
    {
        this.geometry = geometry;
        this.blocks = blocks;
        this.a = a;
        this.b = b;
        this.c = c;
        this.epilogue = epilogue;
        this.rowSums = rowSums;
        this.workspace = workspace;
    }

    /// <summary>Values of workspace that a product needs.</summary>
    public static long WorkspaceLength(MatrixBlocks blocks, int workers) => workers * Scratch.Of(blocks, 2 * Simd.Width).Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (geometry.TransposeA)
            Run<S, V, InterleavedRows>(worker, workers);
        else
            Run<S, V, CopiedRows>(worker, workers);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<S, V, T>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        int block = 2 * S.Width;
        var rows = blocks.Rows(geometry.M, worker);
        var columns = blocks.Columns(worker);
        if (rows.Length == 0)
            return;
        int height = RegisterTile.HeightFor<S, V>(rows.Length), rowPanels = (rows.Length + height - 1) / height;
        var scratch = Scratch.Of(blocks, block);
        nint panelLength = Scratch.PanelLength(blocks.Depth, block);
        ref float own = ref workspace[worker * (long)scratch.Length];
        ref float right = ref Unsafe.Add(ref own, scratch.Right), left = ref Unsafe.Add(ref own, scratch.Left), start = ref Unsafe.Add(ref own, scratch.Start);
        ref float sums = ref Unsafe.Add(ref own, scratch.Sums);
        // Stores past the caches need not fetch what they overwrite.
        bool streams = geometry.C.Length >= StreamedLength && geometry.K <= StreamedDepth && geometry.N % S.Width == 0 && IsAligned(ref c[0], S.Width);
        bool fetchesLeft = geometry.A.Length >= CachedLength, fetchesResults = !streams && geometry.C.Length >= CachedLength;
        bool finishes = epilogue.Rectifies || epilogue.IsMasked;
        int parts = (columns.Length + blocks.PanelsAtOnce - 1) / blocks.PanelsAtOnce;
        for (int part = 0; part < parts; part++)
        {
            var share = Share.Of(columns.Length, part, parts);
            int firstPanel = columns.Begin + share.Begin, panels = share.Length;
            for (int k = 0; k < geometry.K; k += blocks.Depth)
            {
                int depth = Math.Min(blocks.Depth, geometry.K - k);
                bool isLast = k + depth == geometry.K;
                int leftRows = FetchedLines.RowsOfShare(height, !geometry.TransposeA, panels);
                int rightShares = Math.Min(rowPanels, TileFetches.Terms), rightRows = FetchedLines.RowsOfShare(block, geometry.TransposeB, rightShares);
                int resultRows = (height - 1) / ((depth - 1) / TileFetches.Terms + 1) + 1;
                PackRight<S, V>(k, depth, firstPanel * block, panels, ref right, panelLength);
                for (int panel = 0; panel < panels && k == 0; panel++)
                {
                    int column = (firstPanel + panel) * block;
                    epilogue.WriteBias(ref Unsafe.Add(ref start, panel * block), column, Math.Min(block, geometry.N - column), block);
                }

                for (int rowPanel = 0; rowPanel < rowPanels; rowPanel++)
                {
                    int row = rows.Begin + rowPanel * height, rowCount = Math.Min(height, rows.End - row);
                    int tileHeight = rowCount == height ? height : RegisterTile.HeightFor<S, V>(rowCount);
                    PackLeft<S, V>(k, depth, row, rowCount, InterleavedRows.Pitch(tileHeight), ref left);
                    if (rowSums.Length > 0 && firstPanel == 0)
                        SumRows<S, V>(ref left, k == 0, depth, row, rowCount, InterleavedRows.Pitch(tileHeight));
                    for (int panel = 0; panel < panels; panel++)
                    {
                        int column = (firstPanel + panel) * block, columnCount = Math.Min(block, geometry.N - column);
                        // Whole tiles with nothing left to do go straight to C.
                        bool writesSums = tileHeight == rowCount && columnCount == block && !(isLast && finishes) && !streams;
                        ref float result = ref c[row * (long)geometry.N + column];
                        ref float target = ref writesSums ? ref result : ref sums;
                        nint stride = writesSums ? geometry.N : block;
                        if (!writesSums && k > 0)
                            Read<S, V>(ref sums, ref result, rowCount, columnCount);

                        TileFetches fetches = default;
                        if (fetchesLeft && rowPanel + 1 < rowPanels)
                            fetches.Left = FetchedLines.OfPanel(ref a[0], geometry.A.C, !geometry.TransposeA, row + height, height, k, panel, leftRows);
                        if (!isLast && rowPanel < rightShares)
                            fetches.Right = FetchedLines.OfPanel(ref b[0], geometry.B.C, geometry.TransposeB, column, block, k + depth, rowPanel, rightRows);
                        // The next tile's: to the right, or the first one of the panel below.
                        nint next = panel + 1 < panels ? block : height * (nint)geometry.N - panel * block;
                        if (fetchesResults)
                            fetches.Result = FetchedLines.Of(ref Unsafe.Add(ref result, next), geometry.N, resultRows);
                        RegisterTile.Accumulate<S, V, T>(
                            tileHeight, ref left, ref Unsafe.Add(ref right, panel * panelLength), ref Unsafe.As<TileFetches, int>(ref fetches), depth,
                            ref k == 0 ? ref Unsafe.Add(ref start, panel * block) : ref target, k == 0 ? 0 : stride, ref target, stride);
                        if (!writesSums)
                            Write<S, V>(ref sums, row, rowCount, column, columnCount, isLast, streams);
                    }
                }
            }
        }
    }

    // [row of the panel][k], copied, or [k][row of the panel] if A is transposed; what stands past the last row is of no account.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLeft<S, V>(int firstDepth, int depth, int row, int rows, int pitch, ref float left)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (geometry.TransposeA)
        {
            ref float source = ref a[firstDepth * (long)geometry.M + row];
            for (nint k = 0; k < depth; k++)
            {
                for (int r = 0; r < pitch; r += S.Width)
                    S.Store(S.Load(in source, k * geometry.M + r), ref left, k * pitch + r);
            }
        }
        else
        {
            ref float source = ref a[row * (long)geometry.K + firstDepth];
            for (int r = 0; r < rows; r++)
            {
                for (nint k = 0; k < depth; k += S.Width)
                    S.Store(S.Load(in source, k), ref left, k);
                source = ref Unsafe.Add(ref source, geometry.K);
                left = ref Unsafe.Add(ref left, CopiedRows.Stride);
            }
        }
    }

    // right[panel][k][column of the panel]; what stands past the last column is of no account.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight<S, V>(int firstDepth, int depth, int column, int panels, ref float right, nint panelLength)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, columns = Math.Min(panels * block, geometry.N - column);
        if (geometry.TransposeB)
        {
            for (int j = 0; j < columns; j += S.Width)
            {
                ref float lines = ref b[(column + j) * (long)geometry.K + firstDepth];
                ref float destination = ref Unsafe.Add(ref right, j / block * panelLength + j % block);
                for (nint k = 0; k < depth; k += S.Width)
                    LaneTranspose.Run<S, V>(ref Unsafe.Add(ref lines, k), geometry.K, columns - j, ref Unsafe.Add(ref destination, k * block), block);
            }
        }
        else
        {
            ref float source = ref b[firstDepth * (long)geometry.N + column];
            for (nint k = 0; k < depth; k++)
            {
                ref float destination = ref Unsafe.Add(ref right, k * block);
                for (nint j = 0; j < columns; j += block)
                {
                    S.Store(S.Load(in source, j), ref destination, 0);
                    S.Store(S.Load(in source, j + S.Width), ref destination, S.Width);
                    destination = ref Unsafe.Add(ref destination, panelLength);
                }

                source = ref Unsafe.Add(ref source, geometry.N);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumRows<S, V>(ref float left, bool isFirst, int depth, int row, int rows, int pitch)
        where S : struct, ISimd<V>
        where V : struct
    {
        ref float sums = ref rowSums[row];
        for (int r = 0; r < rows; r += S.Width)
        {
            V sum = isFirst ? S.Broadcast(0f) : S.Load(in sums, r);
            for (nint k = 0; k < depth; k++)
                sum = S.Add(sum, S.Load(in left, k * pitch + r));
            S.StoreFirst(sum, ref sums, r, rows - r);
        }
    }

    private static unsafe bool IsAligned(ref float value, int width) => (nuint)Unsafe.AsPointer(ref value) % (nuint)(width * sizeof(float)) == 0;

    // Where the sums of a tile that cannot write them itself stand so far.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read<S, V>(ref float sums, ref float result, int rows, int columns)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < columns; j += S.Width)
                S.Store(S.Load(in result, j), ref sums, j);
            sums = ref Unsafe.Add(ref sums, 2 * S.Width);
            result = ref Unsafe.Add(ref result, geometry.N);
        }
    }

    // What a tile that cannot write its sums itself leaves to do.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write<S, V>(ref float sums, int row, int rows, int column, int columns, bool isLast, bool streams)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int r = 0; r < rows; r++)
        {
            long at = (row + r) * (long)geometry.N + column;
            ref float result = ref c[at];
            for (int j = 0; j < columns; j += S.Width)
            {
                V sum = S.Load(in sums, j);
                if (isLast)
                    sum = epilogue.Finish<S, V>(sum, at + j);
                if (streams)
                    S.StoreStreaming(sum, ref result, j);
                else
                    S.StoreFirst(sum, ref result, j, columns - j);
            }

            sums = ref Unsafe.Add(ref sums, 2 * S.Width);
        }
    }

    /// <summary>Where a worker keeps what: offsets into its part of the workspace, in values.</summary>
    private readonly record struct Scratch(nint Start, nint Sums, nint Left, nint Right, nint Length)
    {
        // Not a multiple of a page: the panels that a row is spread over would fall on the same lines of a cache.
        public static nint PanelLength(int depth, int block) => (depth + 2) * block;

        public static Scratch Of(MatrixBlocks blocks, int block)
        {
            nint start = 0, sums = start + blocks.PanelsAtOnce * block;
            nint left = sums + RegisterTile.MaxHeight * block, right = left + CacheLine.Length * CopiedRows.Stride;
            return new(start, sums, left, right, right + blocks.PanelsAtOnce * PanelLength(blocks.Depth, block));
        }
    }
}
