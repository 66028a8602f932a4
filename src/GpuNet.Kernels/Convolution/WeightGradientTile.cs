using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// The weight and bias gradients of a convolution on the CPU: <c>dw[o, term] = Σ_pixels dy[o, pixel] · x[term's tap of pixel]</c>. Output
/// channels stand in the lanes of two vectors (a block), a dozen terms make a register tile (<see cref="TapTile"/>). A worker owns some of the
/// tiles and runs them over all images, a few at a time that fit its cache; where there are few tiles, several parts of the batch have each a sum of
/// their own. The sizes alone say how many, so that each value is one sum in one order, whoever computes it.
/// </summary>
internal readonly struct WeightGradientTile : ITile
{
    // Below so many tiles they would not split evenly, and each worker would stage the whole batch for a few of them.
    private const int FewTiles = 256;

    // Values of staged images and gradients that run through all tiles of a worker: half a megabyte, half of a second-level cache.
    private const int ChunkLimit = 144 * 1024;

    private readonly Correlation correlation;
    private readonly ArrayView<float> x, dy, dw, db, workspace;
    private readonly WorkerBarrier barrier;
    private readonly bool hasBias;

    /// <summary>Binds the forward correlation to its tensors.</summary>
    public WeightGradientTile(
        Correlation correlation, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw, ArrayView<float> db, bool hasBias, ArrayView<float> workspace,
        WorkerBarrier barrier)
    {
        this.correlation = correlation;
        this.x = x;
        this.dy = dy;
        this.dw = dw;
        this.db = db;
        this.workspace = workspace;
        this.barrier = barrier;
        this.hasBias = hasBias;
    }

    /// <summary>Values of workspace that the gradient needs.</summary>
    public static long WorkspaceLength(Correlation correlation, int workers)
    {
        int block = 2 * Simd.Width;
        // Tiles of either height.
        return Math.Max(Length(Layout.Of(correlation, 6, block)), Length(Layout.Of(correlation, TapTile.MaxHeight, block)));

        long Length(Layout layout) => layout.SharedLength + workers * (long)layout.OwnLength;
    }

    /// <summary>Values that a worker copies at once: of whole images.</summary>
    public static long StagedLength(Correlation correlation) => Staging.LengthOf(correlation, correlation.Output.Height) * ImagesPerChunk(correlation, 2 * Simd.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width;
        var layout = Layout.Of(correlation, TapTile.Height<S, V>(), block);
        ref float shared = ref workspace[0];
        ref float own = ref Unsafe.Add(ref shared, layout.SharedLength + worker * layout.OwnLength);
        var staging = new Staging(correlation, correlation.Output.Height);
        ref int offsets = ref Unsafe.As<float, int>(ref Unsafe.Add(ref own, layout.Offsets));
        staging.WriteOffsets(ref offsets);
        for (int i = correlation.Terms; i < layout.Tiles * layout.Height; i++)
            Unsafe.Add(ref offsets, i) = 0;
        for (int image = 0; image < layout.ImagesPerChunk; image++)
            staging.Clear(ref Unsafe.Add(ref own, layout.Staged + image * layout.StagedImage));

        int all = layout.AllTiles;
        var share = Share.Of(layout.Parts * all, worker, workers);
        for (int part = share.Begin / all; part * all < share.End; part++)
        {
            var tiles = new Share(Math.Max(0, share.Begin - part * all), Math.Min(all, share.End - part * all));
            if (tiles.Length > 0)
                SumPart<S, V>(ref shared, ref own, ref offsets, layout, staging, part, tiles);
        }

        barrier.Wait(workers);
        var columns = Share.Of(correlation.Groups * layout.Blocks * layout.TermBlocks, worker, workers);
        for (int item = columns.Begin; item < columns.End; item++)
            Write<S, V>(ref shared, ref Unsafe.Add(ref own, layout.Staged), layout, item / layout.TermBlocks, item % layout.TermBlocks * S.Width);
    }

    // Some tiles' sums over one part of the batch.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumPart<S, V>(ref float shared, ref float own, ref int offsets, Layout layout, Staging staging, int part, Share tiles)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, pixels = correlation.Output.Height * correlation.Output.Width;
        ref float sums = ref Unsafe.Add(ref shared, part * layout.PartLength);
        ref float biasSums = ref Unsafe.Add(ref sums, (nint)layout.AllTiles * layout.Height * block);
        var images = Share.Of(correlation.Images, part, layout.Parts);
        for (int first = images.Begin; first < images.End; first += layout.ImagesPerChunk)
        {
            int count = Math.Min(layout.ImagesPerChunk, images.End - first), stagedGroup = -1;
            for (int groupBlock = tiles.Begin / layout.Tiles; groupBlock * layout.Tiles < tiles.End; groupBlock++)
            {
                int group = groupBlock / layout.Blocks, channels = correlation.OutputChannels - groupBlock % layout.Blocks * block;
                ref float gradients = ref Unsafe.Add(ref own, layout.Gradients);
                ref float staged = ref Unsafe.Add(ref own, layout.Staged);
                nint stagedImage = layout.StagedImage;
                for (int i = 0; i < count; i++)
                    TransposeGradients<S, V>(first + i, groupBlock, layout.Blocks, ref Unsafe.Add(ref gradients, i * (nint)pixels * block));
                if (correlation.ReadsInPlace)
                {
                    staged = ref x[correlation.SourceAt(first, group)];
                    stagedImage = correlation.SourceImage;
                }
                else if (group != stagedGroup)
                {
                    for (int i = 0; i < count; i++)
                        staging.Stage<S, V>(ref x[correlation.SourceAt(first + i, group)], ref Unsafe.Add(ref staged, i * stagedImage), 0);
                    stagedGroup = group;
                }

                int begin = Math.Max(0, tiles.Begin - groupBlock * layout.Tiles), end = Math.Min(layout.Tiles, tiles.End - groupBlock * layout.Tiles);
                if (begin == 0 && hasBias)
                    SumGradients<S, V>(ref gradients, (nint)count * pixels, first > images.Begin, ref Unsafe.Add(ref biasSums, groupBlock * block));
                for (int tile = begin; tile < end; tile++)
                {
                    ref float tileSums = ref Unsafe.Add(ref sums, (nint)(groupBlock * layout.Tiles + tile) * layout.Height * block);
                    if (first == images.Begin)
                        Clear<S, V>(ref tileSums, layout.Height * block);
                    SumTile<S, V>(ref staged, stagedImage, staging.RowOffset(1), ref gradients, ref offsets, tile * layout.Height, layout.Height, count, channels <= S.Width, ref tileSums);
                }
            }
        }
    }

    // One tile's sums over some staged images.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumTile<S, V>(
        ref float staged, nint stagedImage, nint stagedRow, ref float gradients, ref int offsets, int firstTerm, int height, int images, bool isNarrow, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        var rows = RowsOf(firstTerm, Math.Min(firstTerm + height, correlation.Terms) - 1);
        int block = 2 * S.Width, width = correlation.Output.Width;
        nint pixels = (nint)correlation.Output.Height * width;
        ref float firstRow = ref Unsafe.Add(ref staged, rows.Begin * stagedRow), firstGradient = ref Unsafe.Add(ref gradients, (nint)rows.Begin * width * block);
        ref int tileOffsets = ref Unsafe.Add(ref offsets, firstTerm);
        if (isNarrow)
            NarrowTapTile.Accumulate<S, V>(ref firstRow, ref tileOffsets, images, stagedImage, rows.Length, stagedRow, width, ref firstGradient, pixels * block, ref sums);
        else
            TapTile.Accumulate<S, V>(ref firstRow, ref tileOffsets, images, stagedImage, rows.Length, stagedRow, width, ref firstGradient, pixels * block, ref sums);
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

    // dy[channel][pixel] of one block → gradients[pixel][channel of the block], zero where a vector has no more channels; a vector without any is left out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransposeGradients<S, V>(int image, int groupBlock, int blocks, ref float gradients)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, pixels = correlation.Output.Height * correlation.Output.Width;
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
    private static void SumGradients<S, V>(ref float gradients, nint pixels, bool add, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        V left = add ? S.Load(in sums, 0) : S.Broadcast(0f), right = add ? S.Load(in sums, S.Width) : S.Broadcast(0f);
        for (nint i = 0; i < pixels * 2 * S.Width; i += 2 * S.Width)
        {
            left = S.Add(left, S.Load(in gradients, i));
            right = S.Add(right, S.Load(in gradients, i + S.Width));
        }

        S.Store(left, ref sums, 0);
        S.Store(right, ref sums, S.Width);
    }

    // Adds up the parts of a vector of neighbouring terms, in the order of dw, (input channel, kh, kw), for a block of channels, and writes them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write<S, V>(ref float shared, ref float rows, Layout layout, int groupBlock, int firstTerm)
        where S : struct, ISimd<V>
        where V : struct
    {
        int block = 2 * S.Width, group = groupBlock / layout.Blocks, firstChannel = groupBlock % layout.Blocks * block;
        int channels = Math.Min(block, correlation.OutputChannels - firstChannel), terms = Math.Min(S.Width, correlation.Terms - firstTerm);
        ref float sums = ref Unsafe.Add(ref shared, (nint)groupBlock * layout.Tiles * layout.Height * block);
        for (int i = 0; i < terms; i++)
        {
            ref float term = ref Unsafe.Add(ref sums, (nint)correlation.TermOf(firstTerm + i) * block);
            V left = S.Load(in term, 0), right = S.Load(in term, S.Width);
            for (int part = 1; part < layout.Parts; part++)
            {
                left = S.Add(left, S.Load(in term, part * layout.PartLength));
                right = S.Add(right, S.Load(in term, part * layout.PartLength + S.Width));
            }

            S.Store(left, ref rows, i * block);
            S.Store(right, ref rows, i * block + S.Width);
        }

        int channel = group * correlation.OutputChannels + firstChannel;
        ref float filters = ref dw[(long)channel * correlation.Terms + firstTerm];
        ref float transposed = ref Unsafe.Add(ref rows, S.Width * block);
        for (int half = 0; half < channels; half += S.Width)
        {
            S.Transpose(in Unsafe.Add(ref rows, half), block, ref transposed, S.Width, S.Width);
            for (int c = 0; c < Math.Min(S.Width, channels - half); c++)
                S.StoreFirst(S.Load(in transposed, c * S.Width), ref filters, (half + c) * (nint)correlation.Terms, terms);
        }

        if (!hasBias || firstTerm > 0)
            return;
        ref float biasSums = ref Unsafe.Add(ref shared, (nint)layout.AllTiles * layout.Height * block + groupBlock * block);
        for (int c = 0; c < channels; c++)
        {
            float sum = 0f;
            for (int part = 0; part < layout.Parts; part++)
                sum += Unsafe.Add(ref biasSums, part * layout.PartLength + c);
            db[channel + c] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear<S, V>(ref float sums, int length)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < length; i += S.Width)
            S.Store(S.Broadcast(0f), ref sums, i);
    }

    private static int ImagesPerChunk(Correlation correlation, int block)
    {
        long staged = Math.Max(Staging.LengthOf(correlation, correlation.Output.Height), (long)correlation.InputChannels * correlation.Source.Height * correlation.Source.Width);
        long gradients = (long)correlation.Output.Height * correlation.Output.Width * block;
        return (int)Math.Clamp(ChunkLimit / (staged + gradients), 1, correlation.Images);
    }

    /// <summary>
    /// How the work is cut, and the workspace: of all workers, for each part of the batch, [group and block of channels][terms, filled up to
    /// tiles][channels of a block], then [group and block][channels of a block] for the bias; of each worker, what the other fields say.
    /// </summary>
    /// <param name="Height">Terms of a tile.</param>
    /// <param name="Tiles">Tiles of a block of channels.</param>
    /// <param name="Blocks">Blocks of channels of a group.</param>
    /// <param name="AllTiles">Tiles of all groups and blocks.</param>
    /// <param name="TermBlocks">Vectors that the terms fill.</param>
    /// <param name="Parts">Parts of the batch with sums of their own.</param>
    /// <param name="ImagesPerChunk">Images that are staged together.</param>
    /// <param name="PartLength">Values of a part's sums.</param>
    /// <param name="Offsets">Where a worker keeps the offsets of the terms.</param>
    /// <param name="Gradients">Where it keeps transposed gradients.</param>
    /// <param name="Staged">Where it keeps staged images, and the rows that it writes.</param>
    /// <param name="StagedImage">Values of a staged image.</param>
    /// <param name="OwnLength">Values of a worker.</param>
    private readonly record struct Layout(
        int Height, int Tiles, int Blocks, int AllTiles, int TermBlocks, int Parts, int ImagesPerChunk,
        nint PartLength, nint Offsets, nint Gradients, nint Staged, nint StagedImage, nint OwnLength)
    {
        public nint SharedLength => Parts * PartLength;

        public static Layout Of(Correlation correlation, int height, int block)
        {
            int tiles = (correlation.Terms + height - 1) / height, blocks = correlation.Blocks(block), all = correlation.Groups * blocks * tiles;
            int parts = all >= FewTiles ? 1 : Math.Min(correlation.Images, (FewTiles + 2 * all - 1) / (2 * all) * 2);
            int width = block / 2, images = WeightGradientTile.ImagesPerChunk(correlation, block);
            nint part = (nint)all * height * block + correlation.Groups * blocks * block;
            nint offsets = 0, gradients = offsets + CacheLine.Fill((nint)tiles * height);
            nint staged = gradients + (nint)images * correlation.Output.Height * correlation.Output.Width * block;
            nint stagedImage = CacheLine.Fill((nint)Staging.LengthOf(correlation, correlation.Output.Height));
            nint rows = width * block + width * width;
            return new(height, tiles, blocks, all, (correlation.Terms + width - 1) / width, parts, images, part, offsets, gradients, staged, stagedImage, staged + Math.Max(images * stagedImage, rows));
        }
    }
}
