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
    // From one term of a packed panel of op(A) to the next: a cache line, and the rows of any register tile.
    private const int MaxPitch = 16;

    // Up to so many rows a worker takes less time than memory does to give it op(B); so many terms go between two requests.
    private const int FewRows = 32, FewTerms = 64;

    // Values of a product that no cache holds, and terms up to which its stores rather than its sums take the time.
    private const int StreamedLength = 1 << 23, StreamedDepth = 64;

    private readonly MatrixMultiplyGeometry geometry;
    private readonly ArrayView<float> a, b, c, rowSums, workspace;
    private readonly Epilogue epilogue;

    /// <summary>Binds a product to its matrices.</summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="a">A, as stored.</param>
    /// <param name="b">B, as stored.</param>
    /// <param name="c">The product.</param>
    /// <param name="epilogue">What is done to its values: a bias is a column's.</param>
    /// <param name="rowSums">Where the sums of op(A)'s rows go, an inner product's bias gradient; empty if they are not wanted.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> values.</param>
    public MatrixMultiplyTile(
        MatrixMultiplyGeometry geometry, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, Epilogue epilogue, ArrayView<float> rowSums,
        ArrayView<float> workspace)
    {
        this.geometry = geometry;
        this.a = a;
        this.b = b;
        this.c = c;
        this.epilogue = epilogue;
        this.rowSums = rowSums;
        this.workspace = workspace;
    }

    /// <summary>Values of workspace that a product needs.</summary>
    public static long WorkspaceLength(MatrixMultiplyGeometry geometry, int workers) =>
        workers * Scratch.Of(MatrixBlocks.For(geometry, Simd.Width, MaxPitch, workers), 2 * Simd.Width).Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int height = RegisterTile.HeightFor<S, V>(geometry.M), block = 2 * S.Width, pitch = (height + S.Width - 1) / S.Width * S.Width;
        var blocks = MatrixBlocks.For(geometry, S.Width, height, workers);
        var rows = blocks.Rows(worker);
        var columns = blocks.Columns(worker);
        var scratch = Scratch.Of(blocks, block);
        nint panelLength = Scratch.PanelLength(blocks.Depth, block);
        ref float own = ref workspace[worker * (long)scratch.Length];
        ref float right = ref Unsafe.Add(ref own, scratch.Right), left = ref Unsafe.Add(ref own, scratch.Left), start = ref Unsafe.Add(ref own, scratch.Start);
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Offsets));
        for (int k = 0; k < blocks.Depth; k++)
            Unsafe.Add(ref offsets, k) = k * pitch;

        // Stores past the caches need not fetch what they overwrite.
        bool streams = geometry.C.Length >= StreamedLength && geometry.K <= StreamedDepth && geometry.N % S.Width == 0 && IsAligned(ref c[0], S.Width);
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
                // Few rows are done before memory has given op(B): the tiles pause to ask for the next slice, so that it comes while they compute.
                int chunk = rows.Length * height <= FewRows ? FewTerms : depth, chunks = (depth + chunk - 1) / chunk;
                PackRight<S, V>(k, depth, firstPanel * block, panels, ref right, panelLength, ref Unsafe.Add(ref own, scratch.Staging));
                for (int panel = 0; panel < panels && k == 0; panel++)
                {
                    int column = (firstPanel + panel) * block;
                    epilogue.WriteBias(ref Unsafe.Add(ref start, panel * block), column, Math.Min(block, geometry.N - column), block);
                }

                for (int rowPanel = rows.Begin; rowPanel < rows.End; rowPanel++)
                {
                    int row = rowPanel * height, rowCount = Math.Min(height, geometry.M - row);
                    int tileHeight = rowCount == height ? height : RegisterTile.HeightFor<S, V>(rowCount);
                    PackLeft<S, V>(k, depth, row, rowCount, pitch, ref left, ref Unsafe.Add(ref own, scratch.Staging));
                    if (rowSums.Length > 0 && firstPanel == 0)
                        SumRows<S, V>(ref left, k == 0, depth, row, rowCount, pitch);
                    int fetchable = geometry.TransposeA ? depth : Math.Min(height, geometry.M - row - height), fetched = (fetchable + panels - 1) / panels;
                    for (int panel = 0; panel < panels; panel++)
                    {
                        int column = (firstPanel + panel) * block;
                        // Whole tiles with nothing left to do go straight to C.
                        bool writesSums = tileHeight == rowCount && column + block <= geometry.N && !(isLast && finishes) && !streams;
                        ref float result = ref c[row * (long)geometry.N + column];
                        ref float initial = ref Unsafe.Add(ref start, panel * block);
                        ref float weights = ref Unsafe.Add(ref right, panel * panelLength), sums = ref Unsafe.Add(ref own, scratch.Sums);
                        if (rowPanel + 1 < rows.End)
                            PrefetchLeft(k, depth, row + height, panel * fetched, Math.Min((panel + 1) * fetched, fetchable));
                        ref float target = ref writesSums ? ref result : ref sums;
                        int targetStride = writesSums ? geometry.N : block, columnCount = Math.Min(block, geometry.N - column);
                        if (!writesSums && k > 0)
                            Read<S, V>(ref sums, ref result, rowCount, columnCount);
                        for (int done = 0; done < depth; done += chunk)
                        {
                            if (chunk < depth && !isLast)
                            {
                                var lines = Share.Of(geometry.TransposeB ? columnCount : depth, (rowPanel - rows.Begin) * chunks + done / chunk, rows.Length * chunks);
                                PrefetchRight(k + depth, depth, column, block, lines);
                            }

                            bool starts = k + done == 0;
                            RegisterTile.Accumulate<S, V, OffsetRows>(
                                tileHeight, ref Unsafe.Add(ref left, done * pitch), ref Unsafe.Add(ref weights, done * block), ref offsets, Math.Min(chunk, depth - done),
                                ref starts ? ref initial : ref target, starts ? 0 : targetStride, ref target, targetStride);
                        }

                        if (!writesSums)
                            Write<S, V>(ref sums, row, rowCount, column, columnCount, isLast, streams);
                    }
                }
            }
        }
    }

    // left[k][row of the panel]; what stands past the last row is of no account.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLeft<S, V>(int firstDepth, int depth, int row, int rows, int pitch, ref float left, ref float staging)
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
            for (int r = 0; r < rows; r += S.Width)
            {
                Transpose<S, V>(
                    ref a[(row + r) * (long)geometry.K + firstDepth], geometry.K, Math.Min(S.Width, geometry.M - row - r), depth, ref Unsafe.Add(ref left, r),
                    pitch, ref staging);
            }
        }
    }

    // right[panel][k][column of the panel]; what stands past the last column is of no account.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight<S, V>(int firstDepth, int depth, int column, int panels, ref float right, nint panelLength, ref float staging)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, columns = Math.Min(panels * block, geometry.N - column);
        if (geometry.TransposeB)
        {
            for (int j = 0; j < columns; j += S.Width)
            {
                Transpose<S, V>(
                    ref b[(column + j) * (long)geometry.K + firstDepth], geometry.K, Math.Min(S.Width, columns - j), depth,
                    ref Unsafe.Add(ref right, j / block * panelLength + j % block), block, ref staging);
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

    // destination[k][line] = source[line][k] for up to a vector of lines; k runs on to a multiple of the width.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<S, V>(ref float source, nint sourceStride, int lines, int depth, ref float destination, nint destinationStride, ref float staging)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (nint k = 0; k < depth; k += S.Width)
        {
            if (lines == S.Width)
            {
                S.Transpose(in Unsafe.Add(ref source, k), sourceStride, ref Unsafe.Add(ref destination, k * destinationStride), destinationStride, S.Width);
                continue;
            }

            for (int line = 0; line < lines; line++)
                S.Store(S.Load(in source, line * sourceStride + k), ref staging, line * S.Width);
            S.Transpose(in staging, S.Width, ref Unsafe.Add(ref destination, k * destinationStride), destinationStride, S.Width);
        }
    }

    // Asks for what the next panel of op(A) is packed from: some of its terms, or of its rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrefetchLeft(int firstDepth, int depth, int row, int begin, int end)
    {
        nint stride = geometry.TransposeA ? geometry.M : geometry.K;
        int length = geometry.TransposeA ? 1 : depth;
        ref float source = ref a[0];
        source = ref Unsafe.Add(ref source, geometry.TransposeA ? (firstDepth + begin) * stride + row + MaxPitch - 1 : (row + begin) * stride + firstDepth);
        for (int line = begin; line < end; line++)
        {
            for (nint i = 0; i < length; i += Prefetch.LineLength)
                Prefetch.Line(ref Unsafe.Add(ref source, i));
            source = ref Unsafe.Add(ref source, stride);
        }
    }

    // Asks for what a panel of op(B) is packed from in the next slice: some of its terms, or of its columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrefetchRight(int firstDepth, int depth, int column, int block, Share lines)
    {
        nint stride = geometry.TransposeB ? geometry.K : geometry.N;
        int length = geometry.TransposeB ? Math.Min(depth, geometry.K - firstDepth) : block;
        ref float source = ref b[0];
        source = ref Unsafe.Add(ref source, geometry.TransposeB ? (column + lines.Begin) * stride + firstDepth : (firstDepth + lines.Begin) * stride + column);
        for (int line = lines.Begin; line < lines.End; line++)
        {
            for (nint i = 0; i < length; i += Prefetch.LineLength)
                Prefetch.Line(ref Unsafe.Add(ref source, i));
            source = ref Unsafe.Add(ref source, stride);
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
    private readonly record struct Scratch(nint Offsets, nint Start, nint Sums, nint Staging, nint Left, nint Right, nint Length)
    {
        // Not a multiple of a page: the panels that a row is spread over would fall on the same lines of a cache.
        public static nint PanelLength(int depth, int block) => (depth + 2) * block;

        public static Scratch Of(MatrixBlocks blocks, int block)
        {
            int panels = Math.Min(blocks.BlockPanels, blocks.ColumnPanels);
            nint offsets = 0, start = offsets + blocks.Depth, sums = start + panels * block, staging = sums + RegisterTile.MaxHeight * block;
            nint left = staging + block * block / 4, right = left + blocks.Depth * MaxPitch;
            return new(offsets, start, sums, staging, left, right, right + panels * PanelLength(blocks.Depth, block));
        }
    }
}
