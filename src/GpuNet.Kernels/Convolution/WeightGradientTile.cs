using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// The weight and bias gradients of a convolution on the CPU: <c>dw[o, term] = Σ_pixels dy[o, pixel] · x[term's tap of pixel]</c>. Output
/// channels stand in the lanes of two vectors (a block), a dozen terms make a register tile (<see cref="TapTile"/>). Each worker owns some
/// of the tiles and runs them over all images, so there is nothing to reduce and each value is one sum in one order.
/// </summary>
internal readonly struct WeightGradientTile : ITile
{
    private readonly Correlation correlation;
    private readonly ArrayView<float> x, dy, dw, db, workspace;
    private readonly bool hasBias;

    /// <summary>Binds the forward correlation to its tensors.</summary>
    public WeightGradientTile(
        Correlation correlation, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw, ArrayView<float> db, bool hasBias, ArrayView<float> workspace)
    {
        this.correlation = correlation;
        this.x = x;
        this.dy = dy;
        this.dw = dw;
        this.db = db;
        this.workspace = workspace;
        this.hasBias = hasBias;
    }

    /// <summary>Values of workspace that the gradient needs.</summary>
    public static long WorkspaceLength(Correlation correlation, int workers)
    {
        int height = TapTile.MaxHeight, block = 2 * Simd.Width;
        // A lower tile only needs less for its sums, apart from rounding up the last one of each share.
        return workers * (Scratch.Of(correlation, workers, height, block).Length + 2 * height * block);
    }

    /// <summary>Values that a worker copies at once: of whole images.</summary>
    public static long StagedLength(Correlation correlation) => Staging.LengthOf(correlation, correlation.Output.Height);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, height = TapTile.Height<S, V>();
        int tiles = Tiles(correlation, height), blocks = correlation.Blocks(block);
        var share = Share.Of(correlation.Groups * blocks * tiles, worker, workers);
        if (share.Length == 0)
            return;
        var scratch = Scratch.Of(correlation, workers, height, block);
        ref float own = ref workspace[worker * (long)scratch.Length];
        ref float sums = ref Unsafe.Add(ref own, scratch.Sums);
        ref float biasSums = ref Unsafe.Add(ref own, scratch.BiasSums);
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, scratch.Offsets));
        var staging = new Staging(correlation, correlation.Output.Height);
        staging.WriteOffsets(ref offsets);
        staging.Clear(ref Unsafe.Add(ref own, scratch.Staged));
        for (int i = correlation.Terms; i < tiles * height; i++)
            Unsafe.Add(ref offsets, i) = 0;
        for (nint i = 0; i < (nint)share.Length * height * block; i++)
            Unsafe.Add(ref sums, i) = 0f;
        for (nint i = 0; i < (nint)correlation.Groups * blocks * block; i++)
            Unsafe.Add(ref biasSums, i) = 0f;

        for (int image = 0; image < correlation.Images; image++)
        {
            ref float staged = ref own;
            for (int tile = share.Begin; tile < share.End; tile++)
            {
                int groupBlock = tile / tiles, group = groupBlock / blocks, first = tile % tiles * height;
                ref float gradients = ref Unsafe.Add(ref own, scratch.Gradients);
                if (tile == share.Begin || tile % (tiles * blocks) == 0)
                    staged = ref staging.Stage<S, V>(ref x[correlation.SourceAt(image, group)], ref Unsafe.Add(ref own, scratch.Staged), 0);
                if (tile == share.Begin || tile % tiles == 0)
                    TransposeGradients<S, V>(image, groupBlock, ref gradients);
                if (tile % tiles == 0 && hasBias)
                    SumGradients<S, V>(ref gradients, ref Unsafe.Add(ref biasSums, groupBlock * block));
                var rows = RowsOf(first, Math.Min(first + height, correlation.Terms) - 1);
                ref float firstRow = ref Unsafe.Add(ref staged, staging.RowOffset(rows.Begin));
                ref float firstGradient = ref Unsafe.Add(ref gradients, (nint)rows.Begin * correlation.Output.Width * block);
                ref float tileSums = ref Unsafe.Add(ref sums, (nint)(tile - share.Begin) * height * block);
                if (correlation.OutputChannels - groupBlock % blocks * block > S.Width)
                    TapTile.Accumulate<S, V>(ref firstRow, ref Unsafe.Add(ref offsets, first), rows.Length, staging.RowOffset(1), correlation.Output.Width, ref firstGradient, ref tileSums);
                else
                    NarrowTapTile.Accumulate<S, V>(ref firstRow, ref Unsafe.Add(ref offsets, first), rows.Length, staging.RowOffset(1), correlation.Output.Width, ref firstGradient, ref tileSums);
            }
        }

        for (int tile = share.Begin; tile < share.End; tile++)
            Write(tile, tiles, blocks, height, block, ref Unsafe.Add(ref sums, (nint)(tile - share.Begin) * height * block), ref biasSums);
    }

    // The rows of output for which any of the terms' filter rows lies inside the image; the others would add zeros.
    private Share RowsOf(int firstTerm, int lastTerm)
    {
        int firstFilterRow = firstTerm / correlation.TermsPerFilterRow, lastFilterRow = lastTerm / correlation.TermsPerFilterRow;
        int begin = 0, end = correlation.Output.Height;
        while (begin < end && correlation.FirstFilterRow(begin) > lastFilterRow)
            begin++;
        while (end > begin && correlation.EndFilterRow(end - 1) <= firstFilterRow)
            end--;
        return new(begin, end);
    }

    // dy[channel][pixel] of one block → gradients[pixel][channel of the block], zero where the block has no more channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransposeGradients<S, V>(int image, int groupBlock, ref float gradients)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, blocks = correlation.Blocks(block), pixels = correlation.Output.Height * correlation.Output.Width;
        int group = groupBlock / blocks, firstChannel = groupBlock % blocks * block;
        ref float source = ref Unsafe.Add(ref dy[correlation.OutputAt(image, group)], (nint)firstChannel * pixels);
        for (int half = 0; half < Math.Min(block, correlation.OutputChannels - firstChannel); half += S.Width)
        {
            int lanes = Math.Min(S.Width, correlation.OutputChannels - firstChannel - half), pixel = 0;
            ref float lane0 = ref Unsafe.Add(ref source, (nint)half * pixels);
            if (lanes == S.Width && pixels >= S.Width)
            {
                // The last block overlaps the one before.
                for (; pixel < pixels; pixel += S.Width)
                {
                    int at = Math.Min(pixel, pixels - S.Width);
                    S.Transpose(in Unsafe.Add(ref lane0, at), pixels, ref Unsafe.Add(ref gradients, (nint)at * block + half), block, S.Width);
                }
            }

            for (; pixel < pixels; pixel++)
            {
                for (int lane = 0; lane < S.Width; lane++)
                    Unsafe.Add(ref gradients, (nint)pixel * block + half + lane) = lane < lanes ? Unsafe.Add(ref lane0, (nint)lane * pixels + pixel) : 0f;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumGradients<S, V>(ref float gradients, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        V left = S.Load(in sums, 0), right = S.Load(in sums, S.Width);
        nint length = (nint)correlation.Output.Height * correlation.Output.Width * 2 * S.Width;
        for (nint i = 0; i < length; i += 2 * S.Width)
        {
            left = S.Add(left, S.Load(in gradients, i));
            right = S.Add(right, S.Load(in gradients, i + S.Width));
        }

        S.Store(left, ref sums, 0);
        S.Store(right, ref sums, S.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int tile, int tiles, int blocks, int height, int block, ref float sums, ref float biasSums)
    {
        int groupBlock = tile / tiles, group = groupBlock / blocks, first = tile % tiles * height;
        int channel = group * correlation.OutputChannels + groupBlock % blocks * block;
        int channels = Math.Min(block, correlation.OutputChannels - groupBlock % blocks * block);
        int inputs = correlation.InputChannels, width = correlation.Filter.Width;
        ref float filters = ref dw[(long)channel * inputs * correlation.Taps];
        for (int term = first; term < Math.Min(first + height, correlation.Terms); term++)
        {
            int kw = term % width, input = term / width % inputs, kh = term / width / inputs;
            nint at = (nint)input * correlation.Taps + kh * width + kw;
            for (int c = 0; c < channels; c++)
                Unsafe.Add(ref filters, (nint)c * inputs * correlation.Taps + at) = Unsafe.Add(ref sums, (nint)(term - first) * block + c);
        }

        if (hasBias && first == 0)
        {
            for (int c = 0; c < channels; c++)
                db[channel + c] = Unsafe.Add(ref biasSums, groupBlock * block + c);
        }
    }

    private static int Tiles(Correlation correlation, int height) => (correlation.Terms + height - 1) / height;

    /// <summary>Where a worker keeps what: offsets into its part of the workspace, in values.</summary>
    private readonly record struct Scratch(nint BiasSums, nint Offsets, nint Sums, nint Gradients, nint Staged, nint Length)
    {
        public static Scratch Of(Correlation correlation, int workers, int height, int block)
        {
            int tiles = Tiles(correlation, height), blocks = correlation.Blocks(block), all = correlation.Groups * blocks * tiles;
            nint biasSums = 0, offsets = biasSums + (nint)correlation.Groups * blocks * block;
            nint sums = offsets + ((nint)tiles * height + 15) / 16 * 16;
            nint gradients = sums + (nint)((all + workers - 1) / workers) * height * block;
            nint staged = gradients + (nint)correlation.Output.Height * correlation.Output.Width * block;
            return new(biasSums, offsets, sums, gradients, staged, staged + (nint)((StagedLength(correlation) + 15) / 16 * 16));
        }
    }
}
