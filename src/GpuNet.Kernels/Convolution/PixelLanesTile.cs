using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A correlation on the CPU with pixels in the lanes: up to 14 output channels by two vectors of neighbouring pixels a register tile, stored as they
/// are. Next to <see cref="CorrelationTile"/> it saves the transposition of every tile, which counts where sums are short, but its rows must fill
/// whole vectors. The workers first pack the weights, a share each; then each takes its share of the images and of bands of rows. Every output
/// value is one sum in one order, whoever computes it.
/// </summary>
/// <param name="operands">What it is given.</param>
internal readonly struct PixelLanesTile(CorrelationOperands operands) : ITile
{
    // Terms below which transposing a tile costs more than a tenth of it.
    private const int ShortSum = 128;

    private readonly Correlation correlation = operands.Correlation;
    private readonly ArrayView<float> x = operands.X, w = operands.W, y = operands.Y, workspace = operands.Workspace;
    private readonly Epilogue epilogue = operands.Epilogue;
    private readonly WorkerBarrier barrier = operands.Barrier;
    private readonly bool turned = operands.Turned;
    private readonly RowBands bands = RowBands.Of(operands.Correlation, operands.Workers);

    /// <summary>Whether rows fill whole vectors, or nearly, and either sums are short or there are too few output channels to fill lanes.</summary>
    public static bool Suits(Correlation correlation)
    {
        int block = 2 * Simd.Width, width = correlation.Output.Width, filled = (width + block - 1) / block * block;
        bool fewOutputs = correlation.OutputChannels <= Simd.Width && 8 * width >= 7 * filled;
        return correlation.Taps > 1 && (fewOutputs || (width == filled && correlation.Terms <= ShortSum));
    }

    /// <summary>Values of workspace that a correlation needs.</summary>
    public static long WorkspaceLength(Correlation correlation, int workers) =>
        correlation.Groups * PackedLength(correlation) + workers * Scratch.Of(correlation, RowBands.Of(correlation, workers).Rows, 2 * Simd.Width).Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        var scratch = Scratch.Of(correlation, bands.Rows, block);
        ref float packed = ref workspace[0];
        ref float own = ref Unsafe.Add(ref packed, (nint)(correlation.Groups * PackedLength(correlation)) + worker * scratch.Length);
        ref int heights = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Heights));
        int panels = RegisterTile.Cut<S, V>(correlation.OutputChannels, ref heights);
        Pack<S, V>(ref packed, ref heights, panels, worker, workers);
        barrier.Wait(workers);

        WriteBias<S, V>(ref Unsafe.Add(ref own, scratch.Bias));
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Offsets));
        var staging = new Staging(correlation, bands.Rows);
        staging.WriteOffsets(ref offsets);
        ref float copy = ref Unsafe.Add(ref own, scratch.Staged);
        staging.Clear(ref copy);
        int groups = correlation.Groups;
        var share = Share.Of(correlation.Images * groups * bands.Count, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int plane = item / bands.Count, image = plane / groups, group = plane % groups, firstRow = item % bands.Count * bands.Rows;
            ref float staged = ref staging.Stage<S, V>(ref x[correlation.SourceAt(image, group)], ref copy, firstRow);
            for (int row = firstRow; row < Math.Min(firstRow + bands.Rows, correlation.Output.Height); row++)
            {
                RunRow<S, V>(
                    ref packed, ref Unsafe.Add(ref staged, staging.RowOffset(row - firstRow)), ref offsets, ref own, scratch, group, row,
                    correlation.OutputAt(image, group) + (long)row * correlation.Output.Width);
            }
        }
    }

    // All output channels of a row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow<S, V>(ref float packed, ref float staged, ref int offsets, ref float own, Scratch scratch, int group, int row, long output)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = correlation.FirstFilterRow(row) * correlation.TermsPerFilterRow;
        int terms = Math.Max(0, correlation.EndFilterRow(row) * correlation.TermsPerFilterRow - first);
        int block = 2 * S.Width, outputs = correlation.OutputChannels, width = correlation.Output.Width;
        nint plane = (nint)correlation.Output.Height * width;
        ref int heights = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Heights));
        ref float weights = ref Unsafe.Add(ref packed, group * (nint)PackedLength(correlation));
        ref float bias = ref Unsafe.Add(ref own, scratch.Bias + group * outputs * (nint)block), sums = ref Unsafe.Add(ref own, scratch.Sums);
        bool finishes = epilogue.Rectifies || epilogue.IsMasked;
        ref float destination = ref y[output];
        for (int channel = 0, height; channel < outputs; channel += height)
        {
            height = heights;
            heights = ref Unsafe.Add(ref heights, 1);
            int channels = Math.Min(height, outputs - channel);
            ref float panel = ref Unsafe.Add(ref weights, channel * (nint)correlation.Terms + first * height);
            for (int pixel = 0; pixel < width; pixel += block)
            {
                // The channels lie too far apart for the processor to see where the stores go next.
                for (int c = 0; c < channels; c++)
                {
                    Prefetch.Line(ref Unsafe.Add(ref destination, (channel + c) * plane + pixel));
                    Prefetch.Line(ref Unsafe.Add(ref destination, (channel + c) * plane + Math.Min(pixel + block, width) - 1));
                }

                bool isWhole = !finishes && channels == height && pixel + block <= width;
                ref float result = ref isWhole ? ref Unsafe.Add(ref destination, channel * plane + pixel) : ref sums;
                RegisterTile.Accumulate<S, V, OffsetVectors>(
                    height, ref panel, ref Unsafe.Add(ref staged, pixel), ref Unsafe.Add(ref offsets, first), terms, ref Unsafe.Add(ref bias, channel * (nint)block), block,
                    ref result, isWhole ? plane : block);
                if (!isWhole)
                    epilogue.Store<S, V>(ref sums, block, channels, Math.Min(block, width - pixel), y, output + channel * plane + pixel, plane);
            }
        }
    }

    // Each channel's bias, as its sums start: two vectors. What an overhanging tile starts from is of no account.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteBias<S, V>(ref float bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int channel = 0; channel < correlation.Groups * correlation.OutputChannels; channel++)
        {
            V value = S.Broadcast(epilogue.Bias(channel));
            S.Store(value, ref bias, channel * 2 * S.Width);
            S.Store(value, ref bias, channel * 2 * S.Width + S.Width);
        }
    }

    // packed[group][panel of output channels][kh][input channel][kw][channel of the panel], anything where the panel has no more channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack<S, V>(ref float packed, ref int heights, int panels, int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int inputs = correlation.InputChannels, outputs = correlation.OutputChannels, taps = correlation.Taps;
        nint channelStride = turned ? taps : correlation.Terms, inputStride = turned ? (nint)outputs * taps : taps;
        for (int group = 0; group < correlation.Groups; group++)
        {
            int channel = 0;
            for (int i = 0; i < panels; i++)
            {
                int height = Unsafe.Add(ref heights, i), channels = Math.Min(height, outputs - channel);
                if ((group * panels + i) % workers == worker)
                {
                    ref float source = ref w[(long)group * outputs * inputs * taps + channel * (long)channelStride];
                    ref float panel = ref Unsafe.Add(ref packed, group * (nint)PackedLength(correlation) + channel * (nint)correlation.Terms);
                    for (int weight = 0; weight < correlation.Terms; weight++)
                    {
                        int input = weight / taps, tap = weight - input * taps;
                        ref float from = ref Unsafe.Add(ref source, input * inputStride + (turned ? taps - 1 - tap : tap));
                        ref float to = ref Unsafe.Add(ref panel, (nint)correlation.TermOf(weight) * height);
                        for (int c = 0; c < channels; c++)
                            Unsafe.Add(ref to, c) = Unsafe.Add(ref from, c * channelStride);
                    }
                }

                channel += height;
            }
        }
    }

    // Of one group; the last panel may be higher than its channels.
    private static long PackedLength(Correlation correlation) => CacheLine.Fill((long)(correlation.OutputChannels + RegisterTile.MaxHeight) * correlation.Terms);

    /// <summary>Where a worker keeps what: offsets into its part of the workspace, in values.</summary>
    private readonly record struct Scratch(nint Bias, nint Sums, nint Heights, nint Offsets, nint Staged, nint Length)
    {
        public static Scratch Of(Correlation correlation, int rowsPerBand, int block)
        {
            nint bias = 0, sums = bias + ((nint)correlation.Groups * correlation.OutputChannels + RegisterTile.MaxHeight) * block, heights = sums + RegisterTile.MaxHeight * block;
            nint offsets = heights + CacheLine.Fill(RegisterTile.MostTiles(correlation.OutputChannels));
            nint staged = offsets + CacheLine.Fill(correlation.Terms);
            return new(bias, sums, heights, offsets, staged, staged + (nint)CacheLine.Fill(Staging.LengthOf(correlation, rowsPerBand) + block));
        }
    }
}
