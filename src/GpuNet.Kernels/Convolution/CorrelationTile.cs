using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A correlation on the CPU: output channels in the lanes of two vectors (a block), up to 14 neighbouring pixels a register tile
/// (<see cref="RegisterTile"/>). The workers first pack the weights, a share each, then each stages and computes its share of the
/// images, or of bands of rows where images are few or large. Every output value is one sum in one order, whoever computes it.
/// </summary>
/// <param name="operands">What it is given.</param>
internal readonly struct CorrelationTile(CorrelationOperands operands) : ITile
{
    private readonly Correlation correlation = operands.Correlation;
    private readonly ArrayView<float> x = operands.X, w = operands.W, y = operands.Y, workspace = operands.Workspace;
    private readonly Epilogue epilogue = operands.Epilogue;
    private readonly WorkerBarrier barrier = operands.Barrier;
    private readonly bool turned = operands.Turned;
    private readonly RowBands bands = RowBands.Of(operands.Correlation, operands.Workers);

    /// <summary>Values of workspace that a correlation needs.</summary>
    public static long WorkspaceLength(Correlation correlation, int workers)
    {
        int block = 2 * Simd.Width;
        return PackedLength(correlation, block) + workers * Scratch.Of(correlation, RowBands.Of(correlation, workers).Rows, block).Length;
    }

    /// <summary>Values that a worker copies at once.</summary>
    public static long StagedLength(Correlation correlation, int workers) => Staging.LengthOf(correlation, RowBands.Of(correlation, workers).Rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        var scratch = Scratch.Of(correlation, bands.Rows, block);
        ref float packed = ref workspace[0];
        ref float own = ref Unsafe.Add(ref packed, (nint)(PackedLength(correlation, block) + worker * scratch.Length));
        Pack<S, V>(ref packed, ref Unsafe.Add(ref own, scratch.Transposed), worker, workers);
        barrier.Wait(workers);

        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Offsets));
        var staging = new Staging(correlation, bands.Rows);
        staging.WriteOffsets(ref offsets);
        RegisterTile.Cut<S, V>(correlation.Output.Width, ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Heights)));
        ref float copy = ref Unsafe.Add(ref own, scratch.Staged);
        staging.Clear(ref copy);
        int groups = correlation.Groups;
        var share = Share.Of(correlation.Images * groups * bands.Count, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int plane = item / bands.Count, firstRow = item % bands.Count * bands.Rows, image = plane / groups, group = plane % groups;
            int rows = Math.Min(bands.Rows, correlation.Output.Height - firstRow);
            ref float source = ref x[correlation.SourceAt(image, group)];
            ref float staged = ref staging.Stage<S, V>(ref source, ref copy, firstRow);
            long output = correlation.OutputAt(image, group);
            for (int firstChannel = 0; firstChannel < correlation.OutputChannels; firstChannel += block)
            {
                int channels = Math.Min(block, correlation.OutputChannels - firstChannel);
                epilogue.WriteBias(ref Unsafe.Add(ref own, scratch.Bias), group * correlation.OutputChannels + firstChannel, channels, block);
                ref float weights = ref Unsafe.Add(ref packed, ((nint)group * correlation.Blocks(block) + firstChannel / block) * correlation.Terms * block);
                for (int r = 0; r < rows; r++)
                {
                    RunRow<S, V>(
                        ref Unsafe.Add(ref staged, staging.RowOffset(r)), ref offsets, ref weights, ref own, scratch, firstRow + r, channels,
                        output + ((long)firstChannel * correlation.Output.Height + firstRow + r) * correlation.Output.Width);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow<S, V>(
        ref float staged, ref int offsets, ref float weights, ref float own, Scratch scratch, int row, int channels, long output)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = correlation.FirstFilterRow(row) * correlation.TermsPerFilterRow;
        int terms = Math.Max(0, correlation.EndFilterRow(row) * correlation.TermsPerFilterRow - first);
        int width = correlation.Output.Width;
        nint planeLength = correlation.Output.Height * (nint)width;
        // A row of each channel is far from the next channel's, so the processor does not see them coming.
        for (int c = 0; c < channels && epilogue.IsMasked; c++)
            epilogue.PrefetchMask(output + c * planeLength, width);
        ref int heights = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Heights));
        ref float sums = ref Unsafe.Add(ref own, scratch.Sums);
        ref float bias = ref Unsafe.Add(ref own, scratch.Bias);
        ref int rowOffsets = ref Unsafe.Add(ref offsets, first);
        ref float rowWeights = ref Unsafe.Add(ref weights, (nint)first * 2 * S.Width);
        for (int ow = 0, height; ow < width; ow += height)
        {
            height = heights;
            heights = ref Unsafe.Add(ref heights, 1);
            if (channels > S.Width)
                RegisterTile.Accumulate<S, V, OffsetRows>(height, ref Unsafe.Add(ref staged, ow), ref rowWeights, ref rowOffsets, terms, ref bias, 0, ref sums, 2 * S.Width);
            else
                NarrowRegisterTile.Accumulate<S, V>(height, ref Unsafe.Add(ref staged, ow), ref rowWeights, ref rowOffsets, terms, ref bias, ref sums);
            StoreTile<S, V>(ref sums, Math.Min(height, width - ow), channels, ref Unsafe.Add(ref own, scratch.Transposed), output + ow, planeLength);
        }

        // A whole row at a time: a tile's values, read back at once, would wait for the stores that wrote them.
        if (epilogue.IsMasked)
            epilogue.Store<S, V>(ref y[output], planeLength, channels, width, y, output, planeLength);
    }

    // sums[pixel][channel] → output[channel][pixel].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreTile<S, V>(ref float sums, int pixels, int channels, ref float transposed, long at, nint planeLength)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        ref float output = ref y[at];
        if (epilogue.Rectifies)
        {
            for (int i = 0; i < pixels * block; i += S.Width)
                S.Store(epilogue.Finish<S, V>(S.Load(in sums, i), 0), ref sums, i);
        }

        for (int c = 0; c < channels; c += S.Width)
        {
            for (int p = 0; p < pixels; p += S.Width)
            {
                ref float corner = ref Unsafe.Add(ref output, c * planeLength + p);
                if (channels - c >= S.Width)
                {
                    S.Transpose(in Unsafe.Add(ref sums, p * block + c), block, ref corner, planeLength, pixels - p);
                    continue;
                }

                S.Transpose(in Unsafe.Add(ref sums, p * block + c), block, ref transposed, S.Width, S.Width);
                for (int lane = 0; lane < channels - c; lane++)
                    S.StoreFirst(S.Load(in transposed, lane * S.Width), ref corner, lane * planeLength, pixels - p);
            }
        }
    }

    // packed[group][block of output channels][kh][input channel][kw][channel of the block], zero where a vector has no more channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack<S, V>(ref float packed, ref float transposed, int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        // A channel's weights are (input channel, tap) as stored; turned ones are a run of taps for each input channel.
        int block = 2 * S.Width, inputs = correlation.InputChannels, outputs = correlation.OutputChannels, taps = correlation.Taps;
        int run = turned ? taps : correlation.Terms, runs = turned ? inputs : 1;
        nint channelStride = turned ? taps : correlation.Terms, runStride = (nint)outputs * taps;
        int blocks = correlation.Blocks(block), vectors = (run + S.Width - 1) / S.Width;
        var share = Share.Of(correlation.Groups * blocks * runs * vectors, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int groupBlock = item / (runs * vectors), first = item % vectors * S.Width, input = item / vectors % runs;
            int group = groupBlock / blocks, channel = groupBlock % blocks * block;
            ref float source = ref w[(long)group * outputs * inputs * taps + channel * channelStride + input * runStride + first];
            ref float destination = ref Unsafe.Add(ref packed, (nint)groupBlock * correlation.Terms * block);
            for (int half = 0; half < Math.Min(block, outputs - channel); half += S.Width)
            {
                int lanes = Math.Min(S.Width, outputs - channel - half), weights = Math.Min(S.Width, run - first);
                ref float rows = ref Unsafe.Add(ref source, half * channelStride);
                // One weight a channel, as turned 1×1 filters have: neighbouring channels stand in a vector already.
                if (channelStride == 1 && lanes == S.Width)
                    S.Store(S.Load(in rows, 0), ref transposed, 0);
                else
                    LaneTranspose.Run<S, V>(ref rows, channelStride, lanes, ref transposed, S.Width);
                for (int i = 0; i < weights; i++)
                {
                    int term = correlation.TermOf(turned ? input * taps + taps - 1 - first - i : first + i);
                    S.Store(S.Load(in transposed, i * S.Width), ref destination, (nint)term * block + half);
                }
            }
        }
    }

    private static long PackedLength(Correlation correlation, int block) => (long)correlation.Groups * correlation.Blocks(block) * correlation.Terms * block;

    /// <summary>Where a worker keeps what: offsets into its part of the workspace, in values.</summary>
    private readonly record struct Scratch(nint Bias, nint Sums, nint Transposed, nint Heights, nint Offsets, nint Staged, nint Length)
    {
        public static Scratch Of(Correlation correlation, int rowsPerBand, int block)
        {
            // Sums are transposed by whole vectors of pixels, one square of a vector's width at a time.
            int width = block / 2, pixels = (RegisterTile.MaxHeight + width - 1) / width * width;
            nint bias = 0, sums = bias + block, transposed = sums + pixels * block, heights = transposed + width * width;
            nint offsets = heights + CacheLine.Fill(RegisterTile.MostTiles(correlation.Output.Width));
            nint staged = offsets + CacheLine.Fill(correlation.Terms);
            return new(bias, sums, transposed, heights, offsets, staged, staged + (nint)CacheLine.Fill(Staging.LengthOf(correlation, rowsPerBand)));
        }
    }
}
