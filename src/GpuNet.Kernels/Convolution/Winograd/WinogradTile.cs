using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;
using ILGPU;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// A correlation with filters of 3×3 or 5×5 and stride 1 on the CPU by Winograd's algorithm. In each pass the workers transform the inputs, a share each,
/// with channels in the lanes; then each takes its share of (block of output channels, chunk of tiles): it transforms the block's weights, once for
/// all its chunks, multiplies point by point on register tiles (<see cref="RegisterTile"/>) with output channels in the lanes, and transforms the
/// products back. The weights never leave a core's caches, and every output value is computed in one order, whoever computes it.
/// </summary>
/// <typeparam name="T">The transform.</typeparam>
/// <param name="operands">What it is given; the correlation must have the transform's filter, its taps next to each other, stride 1 and nothing inserted.</param>
internal readonly struct WinogradTile<T>(CorrelationOperands operands) : ITile
    where T : struct, IWinogradTransform
{
    private readonly Correlation correlation = operands.Correlation;
    private readonly ArrayView<float> x = operands.X, w = operands.W, y = operands.Y, workspace = operands.Workspace;
    private readonly Epilogue epilogue = operands.Epilogue;
    private readonly WorkerBarrier barrier = operands.Barrier;
    private readonly bool turned = operands.Turned;
    private readonly WinogradSizes sizes = new(operands.Correlation, T.Outputs, Simd.Width, operands.Workers);

    /// <summary>Values of workspace that a correlation needs.</summary>
    public static long WorkspaceLength(Correlation correlation, int workers)
    {
        var sizes = new WinogradSizes(correlation, T.Outputs, Simd.Width, workers);
        return CacheLine.Fill(sizes.TransformedLength) + workers * CacheLine.Fill(sizes.WorkerLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        ref float transformed = ref workspace[0];
        ref float own = ref Unsafe.Add(ref transformed, (nint)(CacheLine.Fill(sizes.TransformedLength) + worker * CacheLine.Fill(sizes.WorkerLength)));
        Clear(ref Unsafe.Add(ref own, sizes.Zeros), 2 * S.Width);
        WriteOffsets<S, V>(ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, sizes.Offsets)));
        for (int group = 0; group < correlation.Groups; group++)
        {
            int ready = -1;
            for (int pass = 0; pass < sizes.Passes; pass++)
            {
                var bands = Share.Of(sizes.Bands, pass, sizes.Passes);
                TransformInputs<S, V>(ref transformed, ref own, group, bands, worker, workers);
                barrier.Wait(workers);
                Multiply<S, V>(ref transformed, ref own, group, sizes.FirstRow(bands.Begin), sizes.FirstRow(bands.End), ref ready, worker, workers);
                barrier.Wait(workers);
            }
        }
    }

    // Where a channel stands in a chunk's transformed inputs, [block of channels][tile of the chunk][channel of the block].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteOffsets<S, V>(ref int offsets)
        where S : struct, ISimd<V>
        where V : struct
    {
        int height = RegisterTile.FullHeight<S, V>();
        for (int c = 0; c < correlation.InputChannels; c++)
            Unsafe.Add(ref offsets, c) = c / S.Width * height * S.Width + c % S.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInputs<S, V>(ref float transformed, ref float own, int group, Share bands, int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int firstRow = sizes.FirstRow(bands.Begin);
        var share = Share.Of(bands.Length * sizes.InputBlocks, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int band = bands.Begin + item / sizes.InputBlocks, block = item % sizes.InputBlocks, row = sizes.FirstRow(band);
            int image = row / sizes.Down, down = row % sizes.Down, rows = Math.Min(sizes.BandRows, sizes.Down - down);
            Stage<S, V>(ref own, image, group, block, down, rows);
            for (int r = 0; r < rows; r++)
                TransformRow<S, V>(ref transformed, ref own, block, r, row + r - firstRow);
        }
    }

    // staged[row][column][channel of the block], with zeros where the padding is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Stage<S, V>(ref float own, int image, int group, int block, int down, int rows)
        where S : struct, ISimd<V>
        where V : struct
    {
        var source = correlation.Source;
        nint plane = (nint)source.Height * source.Width;
        int lanes = correlation.InputChannels - block * S.Width, columns = sizes.Pitch / S.Width;
        int left = Math.Min(columns, Math.Max(0, correlation.Padding.Width)), cropped = Math.Max(0, -correlation.Padding.Width);
        int copied = Math.Max(0, Math.Min(source.Width - cropped, columns - left)), top = down * sizes.Outputs - correlation.Padding.Height;
        ref float first = ref Unsafe.Add(ref x[correlation.SourceAt(image, group)], block * S.Width * plane);
        ref float staged = ref Unsafe.Add(ref own, sizes.Staged);
        int stagedRows = sizes.StagedRows(rows);
        for (int r = 0; r < stagedRows; r++)
        {
            ref float row = ref Unsafe.Add(ref staged, r * (nint)sizes.Pitch);
            if (top + r < 0 || top + r >= source.Height)
            {
                Clear(ref row, sizes.Pitch);
                continue;
            }

            // The last block may run into the next row, which is written after this one.
            Clear(ref row, left * S.Width);
            ref float pixels = ref Unsafe.Add(ref first, (nint)(top + r) * source.Width + cropped);
            for (int column = 0; column < copied; column += S.Width)
                LaneTranspose.Run<S, V>(ref Unsafe.Add(ref pixels, column), plane, lanes, ref Unsafe.Add(ref row, (left + column) * (nint)S.Width), S.Width);

            Clear(ref Unsafe.Add(ref row, (left + copied) * (nint)S.Width), (columns - left - copied) * S.Width);
        }
    }

    // transformed[chunk][point][block of channels][tile of the chunk][channel of the block].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRow<S, V>(ref float transformed, ref float own, int block, int bandRow, int passRow)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint pitch = sizes.Pitch;
        int height = RegisterTile.FullHeight<S, V>(), points = T.Points;
        ref float staged = ref Unsafe.Add(ref own, sizes.Staged + bandRow * T.Outputs * pitch), half = ref Unsafe.Add(ref own, sizes.Half);
        for (nint column = 0; column < pitch; column += S.Width)
            T.Input<S, V>(in Unsafe.Add(ref staged, column), pitch, ref Unsafe.Add(ref half, column), pitch);
        nint pointPitch = sizes.TransformedPitch(height);
        for (int across = 0; across < sizes.Across; across++)
        {
            int tile = passRow * sizes.Across + across;
            ref float destination = ref Unsafe.Add(
                ref transformed, tile / height * points * points * pointPitch + ((nint)block * height + tile % height) * S.Width);
            for (int i = 0; i < points; i++)
            {
                T.Input<S, V>(in Unsafe.Add(ref half, i * pitch + across * T.Outputs * S.Width), S.Width, ref destination, pointPitch);
                destination = ref Unsafe.Add(ref destination, points * pointPitch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<S, V>(ref float transformed, ref float own, int group, int firstRow, int endRow, ref int ready, int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int height = RegisterTile.FullHeight<S, V>(), tiles = (endRow - firstRow) * sizes.Across, chunks = (tiles + height - 1) / height;
        int points = T.Points * T.Points, lastHeight = RegisterTile.HeightFor<S, V>(tiles - (chunks - 1) * height);
        nint pointPitch = sizes.TransformedPitch(height), weightsPitch = sizes.WeightsPitch;
        ref float weights = ref Unsafe.Add(ref own, sizes.Weights), products = ref Unsafe.Add(ref own, sizes.Products);
        ref float zeros = ref Unsafe.Add(ref own, sizes.Zeros);
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, sizes.Offsets));
        var share = Share.Of(correlation.Blocks(2 * S.Width) * chunks, worker, workers);
        for (int item = share.Begin, count; item < share.End; item += count)
        {
            int block = item / chunks, chunk = item % chunks;
            count = Math.Min(Math.Min(WinogradSizes.ProductChunks(height), chunks - chunk), share.End - item);
            if (block != ready)
                TransformWeights<S, V>(ref own, group, block);
            ready = block;
            for (int point = 0; point < points; point++)
            {
                for (int c = 0; c < count; c++)
                {
                    RegisterTile.Accumulate<S, V, SpacedRows>(
                        chunk + c == chunks - 1 ? lastHeight : height,
                        ref Unsafe.Add(ref transformed, ((nint)(chunk + c) * points + point) * pointPitch), ref Unsafe.Add(ref weights, point * weightsPitch),
                        ref offsets, correlation.InputChannels, ref zeros, 0,
                        ref Unsafe.Add(ref products, point * sizes.ProductPitch + c * height * 2 * S.Width), 2 * S.Width);
                }
            }

            int end = Math.Min(tiles, (chunk + count) * height);
            for (int tile = chunk * height, run; tile < end; tile += run)
            {
                int row = firstRow + tile / sizes.Across, across = tile % sizes.Across;
                run = Math.Min(sizes.Across - across, end - tile);
                ref float first = ref Unsafe.Add(ref products, (tile - chunk * height) * 2 * S.Width);
                StoreRun<S, V>(ref first, ref own, group, block, row, across, run);
            }
        }
    }

    // weights[point][input channel][output channel of the block], and the block's bias.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformWeights<S, V>(ref float own, int group, int block)
        where S : struct, ISimd<V>
        where V : struct
    {
        int taps = T.Taps * T.Taps, inputs = correlation.InputChannels, outputs = correlation.OutputChannels, firstOutput = block * 2 * S.Width;
        int channels = Math.Min(2 * S.Width, outputs - firstOutput);
        epilogue.WriteBias(ref Unsafe.Add(ref own, WinogradSizes.Bias), group * outputs + firstOutput, channels, 2 * S.Width);
        nint outputStride = turned ? taps : (nint)inputs * taps, inputStride = turned ? (nint)outputs * taps : taps;
        ref float transposed = ref Unsafe.Add(ref own, sizes.Transposed);
        int together = turned ? 1 : S.Width;
        for (int half = 0; half < channels; half += S.Width)
        {
            ref float source = ref w[(long)group * outputs * inputs * taps + (firstOutput + half) * outputStride];
            for (int input = 0; input < inputs; input += together)
            {
                int count = Math.Min(together, inputs - input);
                for (int tap = 0; tap < count * taps; tap += S.Width)
                {
                    LaneTranspose.Run<S, V>(
                        ref Unsafe.Add(ref source, input * inputStride + tap), outputStride, channels - half, ref Unsafe.Add(ref transposed, tap * S.Width), S.Width);
                }

                for (int i = 0; i < count; i++)
                    TransformFilter<S, V>(ref Unsafe.Add(ref transposed, i * taps * S.Width), ref own, ((nint)input + i) * 2 * S.Width + half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformFilter<S, V>(ref float taps, ref float own, nint at)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint pitch = sizes.WeightsPitch, next = turned ? -S.Width : S.Width;
        ref float first = ref Unsafe.Add(ref taps, turned ? (T.Taps * T.Taps - 1) * S.Width : 0), half = ref Unsafe.Add(ref own, sizes.Half);
        for (int column = 0; column < T.Taps; column++)
            T.Filter<S, V>(in Unsafe.Add(ref first, column * next), T.Taps * next, ref Unsafe.Add(ref half, column * S.Width), T.Taps * S.Width);
        ref float destination = ref Unsafe.Add(ref own, sizes.Weights + at);
        for (int i = 0; i < T.Points; i++)
        {
            T.Filter<S, V>(in Unsafe.Add(ref half, i * T.Taps * S.Width), S.Width, ref destination, pitch);
            destination = ref Unsafe.Add(ref destination, T.Points * pitch);
        }
    }

    // Some neighbouring tiles of one row, of one block of output channels: transformed back as [row][column][channel], then to [channel][row][column].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreRun<S, V>(ref float products, ref float own, int group, int block, int row, int across, int run)
        where S : struct, ISimd<V>
        where V : struct
    {
        int image = row / sizes.Down, firstLine = row % sizes.Down * T.Outputs, firstColumn = across * T.Outputs;
        int height = correlation.Output.Height, width = correlation.Output.Width, channels = Math.Min(2 * S.Width, correlation.OutputChannels - block * 2 * S.Width);
        int lines = Math.Min(T.Outputs, height - firstLine), columns = Math.Min(run * T.Outputs, width - firstColumn);
        nint pitch = (nint)columns * 2 * S.Width;
        ref float half = ref Unsafe.Add(ref own, sizes.Half), pixels = ref Unsafe.Add(ref own, sizes.Pixels);

        // From right to left: what a tile has beyond the last column stands where the first tile will write its next row.
        for (int tile = run - 1; tile >= 0; tile--)
        {
            for (int c = 0; c < channels; c += S.Width)
            {
                ref float first = ref Unsafe.Add(ref products, tile * 2 * S.Width + c);
                for (int j = 0; j < T.Points; j++)
                {
                    T.Output<S, V>(
                        in Unsafe.Add(ref first, j * sizes.ProductPitch), T.Points * sizes.ProductPitch, S.Broadcast(0f),
                        ref Unsafe.Add(ref half, j * S.Width), T.Points * S.Width);
                }

                V bias = S.Load(in Unsafe.Add(ref own, WinogradSizes.Bias), c);
                ref float destination = ref Unsafe.Add(ref pixels, tile * T.Outputs * 2 * S.Width + c);
                for (int i = 0; i < T.Outputs; i++)
                    T.Output<S, V>(in Unsafe.Add(ref half, i * T.Points * S.Width), S.Width, bias, ref Unsafe.Add(ref destination, i * pitch), 2 * S.Width);
            }
        }

        // Whole rows follow each other in memory.
        if (columns == width)
            (columns, lines) = (lines * columns, 1);
        nint plane = (nint)height * width;
        long output = correlation.OutputAt(image, group) + block * 2 * S.Width * plane + (nint)firstLine * width + firstColumn;
        for (int line = 0; line < lines; line++)
            StoreLine<S, V>(ref Unsafe.Add(ref pixels, line * pitch), columns, channels, ref Unsafe.Add(ref own, sizes.Transposed), output + line * width, plane);
    }

    // pixels[column][channel] → output[channel][column].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreLine<S, V>(ref float pixels, int columns, int channels, ref float transposed, long output, nint plane)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int c = 0; c < channels; c += S.Width)
        {
            int lanes = Math.Min(S.Width, channels - c);
            for (int column = 0; column < columns; column += S.Width)
            {
                S.Transpose(in Unsafe.Add(ref pixels, column * 2 * S.Width + c), 2 * S.Width, ref transposed, S.Width, S.Width);
                epilogue.Store<S, V>(ref transposed, S.Width, lanes, Math.Min(S.Width, columns - column), y, output + c * plane + column, plane);
            }
        }
    }

    private static void Clear(ref float destination, int count) =>
        Unsafe.InitBlockUnaligned(ref Unsafe.As<float, byte>(ref destination), 0, (uint)count * sizeof(float));
}
