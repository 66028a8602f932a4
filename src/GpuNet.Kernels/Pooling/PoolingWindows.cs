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
}
