using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Max pooling for any device: forward one thread a window, backward one thread a pixel, which gathers from the windows over it.</summary>
internal static class MaxPoolingKernels
{
    public static void Forward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<int> argmax, PoolingGeometry geometry, Shape output)
    {
        int row = i / output.W;
        int plane = row / output.H;
        int top = (row - plane * output.H) * geometry.Stride.Height - geometry.Padding.Height;
        int left = (i - row * output.W) * geometry.Stride.Width - geometry.Padding.Width;
        int bottom = IntrinsicMath.Min(top + geometry.Filter.Height, geometry.Input.H);
        int right = IntrinsicMath.Min(left + geometry.Filter.Width, geometry.Input.W);
        top = IntrinsicMath.Max(top, 0);
        left = IntrinsicMath.Max(left, 0);
        int start = plane * geometry.Input.H * geometry.Input.W;
        int best = top * geometry.Input.W + left;
        float max = x[start + best];
        for (int h = top; h < bottom; h++)
        {
            for (int w = left; w < right; w++)
            {
                int pixel = h * geometry.Input.W + w;
                float value = x[start + pixel];
                if (value > max || float.IsNaN(value))
                {
                    max = value;
                    best = pixel;
                }
            }
        }
        y[i] = max;
        argmax[i] = best;
    }

    public static void Backward(
        Index1D i, ArrayView<float> dy, ArrayView<int> argmax, ArrayView<float> dx, ReluMask mask, PoolingGeometry geometry, Shape output)
    {
        int row = i / geometry.Input.W;
        int plane = row / geometry.Input.H;
        int h = row - plane * geometry.Input.H;
        int w = i - row * geometry.Input.W;
        int pixel = h * geometry.Input.W + w;
        int lastRow = PoolingWindows.Last(h, geometry.Stride.Height, geometry.Padding.Height, output.H);
        int lastColumn = PoolingWindows.Last(w, geometry.Stride.Width, geometry.Padding.Width, output.W);
        int firstColumn = PoolingWindows.First(w, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width);
        float sum = 0f;
        for (int oh = PoolingWindows.First(h, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height); oh <= lastRow; oh++)
        {
            for (int ow = firstColumn; ow <= lastColumn; ow++)
            {
                int window = (plane * output.H + oh) * output.W + ow;
                if (argmax[window] == pixel)
                    sum += dy[window];
            }
        }
        dx[i] = mask.Of(sum, i);
    }
}
