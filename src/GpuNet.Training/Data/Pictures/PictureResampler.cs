using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// Resizes pictures by a triangle filter, in whole numbers and therefore with the same result on every machine: bilinear interpolation where it enlarges; where
/// it shrinks, the triangle is as many times wider, so that every pixel counts and nothing aliases. First along rows, rounded to bytes, then along columns.
/// Only the pixels of a window are computed. Its buffers are used again. For one thread at a time.
/// </summary>
internal sealed class PictureResampler
{
    private const int BytesPerPixel = 4;

    // A sum of bytes times weights that come to 1 stays below 2³⁰.
    private const int FractionBits = 22;

    private readonly Axis rows = new(), columns = new();
    private byte[] lines = [];

    /// <summary>Computes a window.</summary>
    /// <param name="pixels">The picture: 4 bytes a pixel, blue, green, red and one that is not looked at, row by row.</param>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="rowScale">Rows of the picture for one of the resized picture.</param>
    /// <param name="columnScale">Columns likewise.</param>
    /// <param name="top">The window's first row in the resized picture.</param>
    /// <param name="left">The window's first column there.</param>
    /// <param name="window">The window's rows and columns.</param>
    /// <param name="channels">The channels that are wanted.</param>
    /// <param name="target">Gets the window, CHW.</param>
    public void Run(ReadOnlySpan<byte> pixels, Size2D size, double rowScale, double columnScale, int top, int left, Size2D window, ChannelOrder channels, Span<byte> target)
    {
        rows.Set(size.Height, rowScale, top, window.Height);
        columns.Set(size.Width, columnScale, left, window.Width);
        int first = rows.First[0], count = rows.First[window.Height - 1] + rows.Count[window.Height - 1] - first;
        int lineBytes = window.Width * BytesPerPixel;
        if (lines.Length < count * lineBytes)
            lines = new byte[count * lineBytes];
        // Computing touches nothing but these, whose lengths are checked here.
        _ = pixels[(size.Height * size.Width * BytesPerPixel - 1)..];
        int plane = window.Height * window.Width;
        target = target[..((channels == ChannelOrder.Grey ? 1 : 3) * plane)];
        for (int row = 0; row < count; row++)
            AlongRow(in pixels[(first + row) * size.Width * BytesPerPixel], ref lines[row * lineBytes], window.Width);
        for (int row = 0; row < window.Height; row++)
            AlongColumns(row, ref lines[(rows.First[row] - first) * lineBytes], lineBytes, window.Width, channels, ref target[row * window.Width], plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AlongRow(in byte source, ref byte line, int width)
    {
        ref int starts = ref columns.First[0], counts = ref columns.Count[0], weights = ref columns.Weights[0];
        for (int x = 0; x < width; x++)
        {
            ref int weight = ref Unsafe.Add(ref weights, x * columns.Stride);
            var sum = Sum(ref Unsafe.Add(ref Unsafe.AsRef(in source), Unsafe.Add(ref starts, x) * BytesPerPixel), BytesPerPixel, ref weight, Unsafe.Add(ref counts, x));
            var bytes = Vector128.Narrow(Vector128.Narrow(sum, sum), default).AsByte();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref line, x * BytesPerPixel), bytes.AsUInt32()[0]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AlongColumns(int row, ref byte source, int lineBytes, int width, ChannelOrder channels, ref byte target, int plane)
    {
        ref int weight = ref rows.Weights[row * rows.Stride];
        int count = rows.Count[row], blue = channels == ChannelOrder.Rgb ? 2 * plane : 0;
        for (int x = 0; x < width; x++)
        {
            var sum = Sum(ref Unsafe.Add(ref source, x * BytesPerPixel), lineBytes, ref weight, count);
            ref byte pixel = ref Unsafe.Add(ref target, x);
            if (channels == ChannelOrder.Grey)
            {
                // Rounded to 65,536ths, which add up to 1: grey stays what it is.
                pixel = (byte)((7471 * sum[0] + 38470 * sum[1] + 19595 * sum[2] + (1 << 15)) >>> 16);
                continue;
            }

            Unsafe.Add(ref pixel, blue) = (byte)sum[0];
            Unsafe.Add(ref pixel, plane) = (byte)sum[1];
            Unsafe.Add(ref pixel, 2 * plane - blue) = (byte)sum[2];
        }
    }

    // A weighted mean of pixels, channel by channel, rounded.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(ref byte pixel, int step, ref int weight, int count)
    {
        var sum = Vector128.Create(1 << (FractionBits - 1));
        for (int i = 0; i < count; i++)
        {
            var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, i * step))).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * Unsafe.Add(ref weight, i);
        }

        return sum >>> FractionBits;
    }

    /// <summary>For each pixel of a window along one axis, which pixels of the picture count, and how much.</summary>
    private sealed class Axis
    {
        public int[] First { get; private set; } = [];

        public int[] Count { get; private set; } = [];

        /// <summary>The weights of each pixel begin at multiples of <see cref="Stride"/>.</summary>
        public int[] Weights { get; private set; } = [];

        public int Stride { get; private set; }

        public void Set(int size, double scale, int begin, int length)
        {
            double reach = Math.Max(1, scale);
            Stride = 2 * (int)Math.Ceiling(reach) + 1;
            if (First.Length < length)
                (First, Count) = (new int[length], new int[length]);
            if (Weights.Length < length * Stride)
                Weights = new int[length * Stride];
            for (int i = 0; i < length; i++)
                Place(i, (begin + i + 0.5) * scale, reach, size);
        }

        // Pixels whose middles lie within reach of a point count the less the further away they are.
        private void Place(int i, double middle, double reach, int size)
        {
            int first = Math.Max(0, (int)(middle - reach + 0.5)), count = Math.Min(size, (int)(middle + reach + 0.5)) - first;
            double sum = 0;
            for (int tap = 0; tap < count; tap++)
                sum += Height(first + tap);
            for (int tap = 0; tap < count; tap++)
                Weights[i * Stride + tap] = (int)(Height(first + tap) / sum * (1 << FractionBits) + 0.5);
            (First[i], Count[i]) = (first, count);

            double Height(int pixel) => Math.Max(0, 1 - Math.Abs(pixel + 0.5 - middle) / reach);
        }
    }
}
