using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A worker's copy of the rows of one image and group that some rows of the output read, laid out so that neighbouring outputs read
/// neighbouring values: padding and spreading written out as zeros, and the columns of a stride apart sorted into phases
/// (column u stands at phase u mod stride, position u / stride). Where the correlation reads in place, x itself has this layout.
/// </summary>
internal readonly struct Staging
{
    private readonly Correlation correlation;
    private readonly int phaseWidth;

    public Staging(Correlation correlation, int outputRows)
    {
        this.correlation = correlation;
        if (correlation.ReadsInPlace)
        {
            phaseWidth = correlation.Source.Width;
            RowLength = correlation.Source.Width;
            ChannelLength = correlation.Source.Height * correlation.Source.Width;
        }
        else
        {
            phaseWidth = (int)PhaseWidth(correlation);
            RowLength = phaseWidth * correlation.Stride.Width;
            Rows = (int)RowsUnder(correlation, outputRows);
            ChannelLength = Rows * RowLength;
        }
    }

    /// <summary>
    /// Values of the copy, with what tiles may load behind it; 0 if x is read in place. It may exceed what an int counts: a copy that long must
    /// not be made.
    /// </summary>
    public static long LengthOf(Correlation correlation, int outputRows) => correlation.ReadsInPlace
        ? 0
        : (long)Int128.Min(long.MaxValue / 2, (Int128)PhaseWidth(correlation) * correlation.Stride.Width * RowsUnder(correlation, outputRows) * correlation.InputChannels + RegisterTile.MaxHeight);

    /// <summary>Values from one row to the next.</summary>
    public int RowLength { get; }

    /// <summary>Rows of a channel's copy.</summary>
    public int Rows { get; }

    /// <summary>Values from one channel to the next.</summary>
    public int ChannelLength { get; }

    /// <summary>Where the first output of a row reads its first tap, counted in rows of output from the first staged one.</summary>
    public nint RowOffset(int outputRow) => (nint)outputRow * correlation.Stride.Height * RowLength;

    /// <summary>Writes where each term stands, relative to its output's first tap, in the order (kh, c, kw).</summary>
    public void WriteOffsets(ref int offsets)
    {
        var filter = correlation.Filter;
        int term = 0;
        for (int kh = 0; kh < filter.Height; kh++)
        {
            for (int c = 0; c < correlation.InputChannels; c++)
            {
                for (int kw = 0; kw < filter.Width; kw++)
                {
                    int column = kw * correlation.Dilation.Width, stride = correlation.Stride.Width;
                    Unsafe.Add(ref offsets, term++) = kh * correlation.Dilation.Height * RowLength + c * ChannelLength + column % stride * phaseWidth + column / stride;
                }
            }
        }
    }

    /// <summary>Zeroes the copy, to be done once before the first rows are staged: what stands for padding is never written again.</summary>
    public void Clear(ref float copy)
    {
        if (correlation.ReadsInPlace)
            return;
        // A block is counted in bytes by 32 bits.
        const long most = 1 << 28;
        long length = (long)correlation.InputChannels * ChannelLength;
        for (long i = 0; i < length; i += most)
            Unsafe.InitBlockUnaligned(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref copy, (nint)i)), 0, (uint)Math.Min(most, length - i) * sizeof(float));
    }

    /// <summary>Makes the rows that <paramref name="outputRow"/> and those after it read available.</summary>
    /// <param name="x">The image's first channel of the group.</param>
    /// <param name="copy">Room for <see cref="LengthOf"/> values, cleared before the first call.</param>
    /// <param name="outputRow">The first row of output.</param>
    /// <returns>The first output's first tap: in the copy, or in x.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref float Stage<S, V>(ref float x, ref float copy, int outputRow)
        where S : struct, ISimd<V>
        where V : struct
    {
        int firstRow = outputRow * correlation.Stride.Height - correlation.Padding.Height;
        if (correlation.ReadsInPlace)
            return ref Unsafe.Add(ref x, (nint)firstRow * RowLength);
        var source = correlation.Source;
        for (int c = 0; c < correlation.InputChannels; c++)
        {
            for (int r = 0; r < Rows; r++)
            {
                int spread = firstRow + r;
                ref float row = ref Unsafe.Add(ref copy, c * (nint)ChannelLength + r * (nint)RowLength);
                if (spread < 0 || spread >= correlation.SpreadHeight || spread % correlation.Insertion.Height != 0)
                    Zero<S, V>(ref row, RowLength);
                else
                    StageRow<S, V>(ref Unsafe.Add(ref x, ((nint)c * source.Height + spread / correlation.Insertion.Height) * source.Width), ref row);
            }
        }

        return ref copy;
    }

    private static long PhaseWidth(Correlation correlation) =>
        correlation.Output.Width + (correlation.Filter.Width - 1L) * correlation.Dilation.Width / correlation.Stride.Width;

    private static long RowsUnder(Correlation correlation, int outputRows) =>
        (outputRows - 1L) * correlation.Stride.Height + (correlation.Filter.Height - 1L) * correlation.Dilation.Height + 1;

    // Writes all but the padding and the zeros between columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StageRow<S, V>(ref float source, ref float row)
        where S : struct, ISimd<V>
        where V : struct
    {
        int left = correlation.Padding.Width, width = correlation.Source.Width, stride = correlation.Stride.Width, spread = correlation.Insertion.Width;
        if (stride == 1 && spread == 1)
        {
            int first = Math.Max(0, -left), count = Math.Min(width, RowLength - left) - first;
            Copy<S, V>(ref Unsafe.Add(ref source, first), ref Unsafe.Add(ref row, left + first), count);
            return;
        }

        if (spread == 1 && left >= 0)
        {
            for (int phase = 0; phase < stride; phase++)
            {
                ref float positions = ref Unsafe.Add(ref row, phase * phaseWidth);
                int first = (Math.Max(0, left - phase) + stride - 1) / stride, end = Math.Min(phaseWidth, (width + left - phase + stride - 1) / stride);
                nint column = first * (nint)stride + phase - left;
                for (nint i = first; i < end; i++, column += stride)
                    Unsafe.Add(ref positions, i) = Unsafe.Add(ref source, column);
            }

            return;
        }

        // Column i of the source stands at u = left + i·spread: in phase u mod stride.
        for (int i = left < 0 ? (spread - 1 - left) / spread : 0; i < width; i++)
        {
            int u = left + i * spread, position = u / stride;
            if (position >= phaseWidth)
                return;
            Unsafe.Add(ref row, (u - position * stride) * phaseWidth + position) = Unsafe.Add(ref source, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zero<S, V>(ref float destination, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < count; i += S.Width)
            S.StoreFirst(S.Broadcast(0f), ref destination, i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<S, V>(ref float source, ref float destination, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < count; i += S.Width)
            S.StoreFirst(S.Load(in source, i), ref destination, i, count - i);
    }
}
