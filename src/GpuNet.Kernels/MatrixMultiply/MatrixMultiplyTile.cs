using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// C = op(A)·op(B) + bias on the CPU. First the workers pack op(A) into panels of a register tile's rows, a share each; then each takes its
/// share of blocks of C: a panel of columns in the lanes of two vectors by up to <see cref="RowLimit"/> rows, whose sums stay in its cache
/// while slices of op(B), packed as it goes, pass by. Every value is one sum in one order, whoever computes it.
/// </summary>
internal readonly struct MatrixMultiplyTile : ITile
{
    // A slice of op(B), 256 × 32 values, fills most of a first-level cache; 1024 × 32 sums a part of the second.
    private const int SliceDepth = 256, RowLimit = 1024;

    private readonly MatrixMultiplyGeometry geometry;
    private readonly ArrayView<float> a, b, c, bias, rowSums, workspace;
    private readonly WorkerBarrier barrier;
    private readonly bool hasBias, hasRowSums;

    /// <summary>Binds a product to its matrices.</summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="a">A, as stored.</param>
    /// <param name="b">B, as stored.</param>
    /// <param name="bias">Added to every row of C, if <paramref name="hasBias"/>.</param>
    /// <param name="hasBias">Whether there is a bias; without one it is not read.</param>
    /// <param name="c">The product.</param>
    /// <param name="rowSums">Where the sums of op(A)'s rows go, if <paramref name="hasRowSums"/>: an inner product's bias gradient.</param>
    /// <param name="hasRowSums">Whether row sums are wanted; else they are not written.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> values.</param>
    /// <param name="barrier">The session's barrier.</param>
    public MatrixMultiplyTile(
        MatrixMultiplyGeometry geometry, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, bool hasBias, ArrayView<float> c,
        ArrayView<float> rowSums, bool hasRowSums, ArrayView<float> workspace, WorkerBarrier barrier)
    {
        this.geometry = geometry;
        this.a = a;
        this.b = b;
        this.bias = bias;
        this.hasBias = hasBias;
        this.c = c;
        this.rowSums = rowSums;
        this.hasRowSums = hasRowSums;
        this.workspace = workspace;
        this.barrier = barrier;
    }

    /// <summary>Values of workspace that a product needs.</summary>
    public static long WorkspaceLength(MatrixMultiplyGeometry geometry, int workers)
    {
        int block = 2 * Simd.Width, rows = geometry.M + PixelTile.MaxHeight;
        return (long)rows * geometry.K + workers * Scratch.Of(rows, block).Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int height = PixelTile.HeightFor<S, V>(geometry.M), panels = (geometry.M + height - 1) / height, block = 2 * S.Width;
        ref float packed = ref workspace[0];
        PackRows(ref packed, height, panels, worker, workers);
        barrier.Wait(workers);

        var scratch = Scratch.Of(panels * height, block);
        ref float own = ref Unsafe.Add(ref packed, (nint)panels * height * geometry.K + worker * scratch.Length);
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Offsets));
        for (int k = 0; k < SliceDepth; k++)
            Unsafe.Add(ref offsets, k) = k * height;

        int columnPanels = (geometry.N + block - 1) / block;
        int rowBlocks = Math.Max((panels * height + RowLimit - 1) / RowLimit, Math.Min(panels, (workers + columnPanels - 1) / columnPanels));
        var share = Share.Of(columnPanels * rowBlocks, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            var rows = Share.Of(panels, item % rowBlocks, rowBlocks);
            int column = item / rowBlocks * block, columns = Math.Min(block, geometry.N - column);
            ref float sums = ref Unsafe.Add(ref own, scratch.Sums);
            ref float slice = ref Unsafe.Add(ref own, scratch.Slice);
            WriteBias(ref Unsafe.Add(ref own, scratch.Bias), column, columns, block);
            for (int k = 0; k < geometry.K; k += SliceDepth)
            {
                int depth = Math.Min(SliceDepth, geometry.K - k);
                PackSlice<S, V>(k, depth, column, columns, ref slice);
                for (int panel = rows.Begin; panel < rows.End; panel++)
                {
                    ref float panelSums = ref Unsafe.Add(ref sums, (nint)(panel - rows.Begin) * height * block);
                    PixelTile.Accumulate<S, V>(
                        height, ref Unsafe.Add(ref packed, ((nint)panel * geometry.K + k) * height), ref offsets, depth, ref slice,
                        ref k == 0 ? ref Unsafe.Add(ref own, scratch.Bias) : ref panelSums, k == 0 ? 0 : block, ref panelSums);
                }
            }

            Write<S, V>(ref sums, rows.Begin * height, Math.Min(rows.End * height, geometry.M), column, columns);
        }
    }

    // packed[panel][k][row of the panel], zero past the last row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRows(ref float packed, int height, int panels, int worker, int workers)
    {
        nint rowStride = geometry.TransposeA ? 1 : geometry.K, depthStride = geometry.TransposeA ? geometry.M : 1;
        var share = Share.Of(panels, worker, workers);
        for (int panel = share.Begin; panel < share.End; panel++)
        {
            ref float destination = ref Unsafe.Add(ref packed, (nint)panel * geometry.K * height);
            int rows = Math.Min(height, geometry.M - panel * height);
            ref float source = ref a[panel * height * (long)rowStride];
            for (nint k = 0; k < geometry.K; k++)
            {
                for (int row = 0; row < height; row++)
                    Unsafe.Add(ref destination, k * height + row) = row < rows ? Unsafe.Add(ref source, row * rowStride + k * depthStride) : 0f;
            }

            for (int row = 0; row < rows && hasRowSums; row++)
            {
                float sum = 0f;
                for (nint k = 0; k < geometry.K; k++)
                    sum += Unsafe.Add(ref destination, k * height + row);
                rowSums[panel * height + row] = sum;
            }
        }
    }

    // slice[k][column of the panel], zero past the last column.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackSlice<S, V>(int firstDepth, int depth, int column, int columns, ref float slice)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        nint depthStride = geometry.TransposeB ? 1 : geometry.N, columnStride = geometry.TransposeB ? geometry.K : 1;
        ref float source = ref b[firstDepth * (long)depthStride + column * (long)columnStride];
        int k = 0;
        if (columns == block && geometry.TransposeB)
        {
            for (; k <= depth - S.Width; k += S.Width)
            {
                S.Transpose(in Unsafe.Add(ref source, k), columnStride, ref Unsafe.Add(ref slice, k * block), block, S.Width);
                S.Transpose(in Unsafe.Add(ref source, S.Width * columnStride + k), columnStride, ref Unsafe.Add(ref slice, k * block + S.Width), block, S.Width);
            }
        }
        else if (columns == block)
        {
            for (; k < depth; k++)
            {
                S.Store(S.Load(in source, k * depthStride), ref slice, k * block);
                S.Store(S.Load(in source, k * depthStride + S.Width), ref slice, k * block + S.Width);
            }
        }

        for (; k < depth; k++)
        {
            for (int j = 0; j < block; j++)
                Unsafe.Add(ref slice, k * block + j) = j < columns ? Unsafe.Add(ref source, k * depthStride + j * columnStride) : 0f;
        }
    }

    private void WriteBias(ref float destination, int column, int columns, int block)
    {
        for (int j = 0; j < block; j++)
            Unsafe.Add(ref destination, j) = hasBias && j < columns ? bias[column + j] : 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write<S, V>(ref float sums, int firstRow, int endRow, int column, int columns)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        for (int row = firstRow; row < endRow; row++)
        {
            ref float destination = ref c[row * (long)geometry.N + column];
            ref float source = ref Unsafe.Add(ref sums, (nint)(row - firstRow) * block);
            int j = 0;
            for (; j <= columns - S.Width; j += S.Width)
                S.Store(S.Load(in source, j), ref destination, j);
            for (; j < columns; j++)
                Unsafe.Add(ref destination, j) = Unsafe.Add(ref source, j);
        }
    }

    /// <summary>Where a worker keeps what: offsets into its part of the workspace, in values.</summary>
    private readonly record struct Scratch(nint Bias, nint Offsets, nint Slice, nint Sums, nint Length)
    {
        public static Scratch Of(int rows, int block)
        {
            nint bias = 0, offsets = bias + block, slice = offsets + SliceDepth;
            nint sums = slice + SliceDepth * block;
            return new(bias, offsets, slice, sums, sums + (Math.Min(rows, RowLimit) + 2 * PixelTile.MaxHeight) * block);
        }
    }
}
