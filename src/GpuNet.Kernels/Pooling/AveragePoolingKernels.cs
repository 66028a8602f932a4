using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Average pooling for any device: forward one thread a window, backward one thread a pixel, which gathers from the windows over it.</summary>
internal static class AveragePoolingKernels
{
    public static void Forward(Index1D i, ArrayView<float> x, ArrayView<float> y, PoolingGeometry geometry, Shape output)
    {
        int row = i / output.W;
        int plane = row / output.H;
        int oh = row - plane * output.H;
        int ow = i - row * output.W;
        int top = oh * geometry.Stride.Height - geometry.Padding.Height;
        int left = ow * geometry.Stride.Width - geometry.Padding.Width;
        int bottom = IntrinsicMath.Min(top + geometry.Filter.Height, geometry.Input.H);
        int right = IntrinsicMath.Min(left + geometry.Filter.Width, geometry.Input.W);
        top = IntrinsicMath.Max(top, 0);
        left = IntrinsicMath.Max(left, 0);
        int start = plane * geometry.Input.H * geometry.Input.W;
        float sum = 0f;
        for (int h = top; h < bottom; h++)
        {
            for (int w = left; w < right; w++)
                sum += x[start + h * geometry.Input.W + w];
        }
        y[i] = sum / PoolingWindows.Divisor(oh, ow, geometry);
    }

    public static void Backward(Index1D i, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, PoolingGeometry geometry, Shape output)
    {
        int row = i / geometry.Input.W;
        int plane = row / geometry.Input.H;
        int h = row - plane * geometry.Input.H;
        int w = i - row * geometry.Input.W;
        int lastRow = PoolingWindows.Last(h, geometry.Stride.Height, geometry.Padding.Height, output.H);
        int lastColumn = PoolingWindows.Last(w, geometry.Stride.Width, geometry.Padding.Width, output.W);
        int firstColumn = PoolingWindows.First(w, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width);
        float sum = 0f;
        for (int oh = PoolingWindows.First(h, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height); oh <= lastRow; oh++)
        {
            for (int ow = firstColumn; ow <= lastColumn; ow++)
                sum += dy[(plane * output.H + oh) * output.W + ow] / PoolingWindows.Divisor(oh, ow, geometry);
        }
        dx[i] = mask.Of(sum, i);
    }
}
