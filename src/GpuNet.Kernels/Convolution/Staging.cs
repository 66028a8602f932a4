using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

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
        : (long)Int128.Min(long.MaxValue / 2, (Int128)PhaseWidth(correlation) * correlation.Stride.Width * RowsUnder(correlation, outputRows) * correlation.InputChannels + PixelTile.MaxHeight);

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

    /// <summary>Makes the rows that <paramref name="outputRow"/> and those after it read available.</summary>
    /// <param name="x">The image's first channel of the group.</param>
    /// <param name="copy">Room for <see cref="LengthOf"/> values.</param>
    /// <param name="outputRow">The first row of output.</param>
    /// <returns>The first output's first tap: in the copy, or in x.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref float Stage(ref float x, ref float copy, int outputRow)
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
                    Clear(ref row, RowLength);
                else
                    StageRow(ref Unsafe.Add(ref x, ((nint)c * source.Height + spread / correlation.Insertion.Height) * source.Width), ref row);
            }
        }

        return ref copy;
    }

    private static long PhaseWidth(Correlation correlation) =>
        correlation.Output.Width + (correlation.Filter.Width - 1L) * correlation.Dilation.Width / correlation.Stride.Width;

    private static long RowsUnder(Correlation correlation, int outputRows) =>
        (outputRows - 1L) * correlation.Stride.Height + (correlation.Filter.Height - 1L) * correlation.Dilation.Height + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StageRow(ref float source, ref float row)
    {
        int left = correlation.Padding.Width, width = correlation.Source.Width, stride = correlation.Stride.Width, spread = correlation.Insertion.Width;
        if (stride == 1 && spread == 1 && left >= 0)
        {
            int copied = Math.Min(width, RowLength - left);
            Clear(ref row, Math.Min(left, RowLength));
            if (copied <= 0)
                return;
            Copy(ref source, ref Unsafe.Add(ref row, left), copied);
            Clear(ref Unsafe.Add(ref row, left + copied), RowLength - left - copied);
            return;
        }

        Clear(ref row, RowLength);
        for (int column = 0; column < width; column++)
        {
            int u = left + column * spread;
            if (u >= 0 && u / stride < phaseWidth)
                Unsafe.Add(ref row, u % stride * phaseWidth + u / stride) = Unsafe.Add(ref source, column);
        }
    }

    private static void Clear(ref float destination, int count) =>
        Unsafe.InitBlockUnaligned(ref Unsafe.As<float, byte>(ref destination), 0, (uint)count * sizeof(float));

    private static void Copy(ref float source, ref float destination, int count) =>
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<float, byte>(ref destination), ref Unsafe.As<float, byte>(ref source), (uint)count * sizeof(float));
}
