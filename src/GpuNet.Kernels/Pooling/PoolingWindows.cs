using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Which windows lie over a pixel, along one axis; in kernels and on the host.</summary>
internal static class PoolingWindows
{
    /// <summary>The first window over a pixel.</summary>
    public static int First(int pixel, int filter, int stride, int padding) =>
        pixel + padding < filter ? 0 : (pixel + padding - filter) / stride + 1;

    /// <summary>The last window over a pixel; before the first one if none is.</summary>
    public static int Last(int pixel, int stride, int padding, int windows) =>
        IntrinsicMath.Min((pixel + padding) / stride, windows - 1);

    /// <summary>Pixels and padding in a window: what Caffe's average divides by. What reaches past the far padding is not counted.</summary>
    public static int Extent(int window, int size, int filter, int stride, int padding)
    {
        int start = window * stride - padding;
        return IntrinsicMath.Min(start + filter, size + padding) - start;
    }

    /// <summary>What an average divides the sum of a window by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divisor(int oh, int ow, PoolingGeometry geometry) =>
        (float)Extent(oh, geometry.Input.H, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height)
        * Extent(ow, geometry.Input.W, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width);

    /// <summary>The pixels of a window, along one axis; on the host.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Share Clipped(int window, int size, int filter, int stride, int padding)
    {
        int start = window * stride - padding;
        return new(Math.Max(start, 0), Math.Min(start + filter, size));
    }

    /// <summary>The rows and columns of pixels under a block of windows.</summary>
    public static (Share Rows, Share Columns) PixelsOf(LaneBlock block, PoolingGeometry geometry)
    {
        var (input, filter, stride, padding) = geometry;
        return (
            new(Clipped(block.Row, input.H, filter.Height, stride.Height, padding.Height).Begin, Clipped(block.Row + block.Rows - 1, input.H, filter.Height, stride.Height, padding.Height).End),
            new(Clipped(block.Column, input.W, filter.Width, stride.Width, padding.Width).Begin, Clipped(block.Column + block.Columns - 1, input.W, filter.Width, stride.Width, padding.Width).End));
    }

    /// <summary>The most pixels that lie under a block of windows.</summary>
    public static long Pixels(PoolingGeometry geometry, int rows, int columns) =>
        Math.Min((rows - 1L) * geometry.Stride.Height + geometry.Filter.Height, geometry.Input.H)
        * Math.Min((columns - 1L) * geometry.Stride.Width + geometry.Filter.Width, geometry.Input.W);

    /// <summary>The rows and columns of windows over a block of pixels; none of an axis where all its pixels lie between windows.</summary>
    public static (Share Rows, Share Columns) WindowsOf(LaneBlock block, PoolingGeometry geometry, Shape output)
    {
        var (_, filter, stride, padding) = geometry;
        int firstRow = First(block.Row, filter.Height, stride.Height, padding.Height), firstColumn = First(block.Column, filter.Width, stride.Width, padding.Width);
        return (
            new(firstRow, Math.Max(Last(block.Row + block.Rows - 1, stride.Height, padding.Height, output.H) + 1, firstRow)),
            new(firstColumn, Math.Max(Last(block.Column + block.Columns - 1, stride.Width, padding.Width, output.W) + 1, firstColumn)));
    }

    /// <summary>The most windows that lie over a block of pixels.</summary>
    public static long Windows(PoolingGeometry geometry, int rows, int columns)
    {
        var output = geometry.Output;
        return Math.Min((rows + geometry.Filter.Height - 2L) / geometry.Stride.Height + 1, output.H)
            * Math.Min((columns + geometry.Filter.Width - 2L) / geometry.Stride.Width + 1, output.W);
    }
}
