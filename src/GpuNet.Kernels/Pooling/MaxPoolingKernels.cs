using GpuNet.Kernels.Pointwise;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// Max pooling for any device, explicitly grouped: forward one thread a window, backward one thread a pixel, which gathers from the windows over it.
/// Neighbouring threads are neighbours along W.
/// </summary>
internal static class MaxPoolingKernels
{
    public static void Forward(ArrayView<float> x, ArrayView<float> y, ArrayView<int> argmax, PoolingSizes sizes)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= sizes.Windows)
            return;
        var window = sizes.Window(i);
        var pixels = sizes.PixelsOf(window);
        int width = sizes.Geometry.Input.W, start = window.Plane * sizes.InputPlane, row = pixels.Top * width, best = row + pixels.Left;
        float max = x[start + best];
        for (int h = pixels.Top; h < pixels.Bottom; h++, row += width)
        {
            for (int w = pixels.Left; w < pixels.Right; w++)
            {
                float value = x[start + row + w];
                if (value > max || float.IsNaN(value))
                {
                    max = value;
                    best = row + w;
                }
            }
        }
        y[i] = max;
        argmax[i] = best;
    }

    public static void Backward(ArrayView<float> dy, ArrayView<int> argmax, ArrayView<float> dx, ReluMask mask, PoolingSizes sizes)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= sizes.Pixels)
            return;
        var pixel = sizes.Pixel(i);
        var windows = sizes.WindowsOver(pixel);
        int place = pixel.Row * sizes.Geometry.Input.W + pixel.Column, row = pixel.Plane * sizes.OutputPlane + windows.Top * sizes.Output.W;
        float sum = 0f;
        for (int oh = windows.Top; oh < windows.Bottom; oh++, row += sizes.Output.W)
        {
            for (int ow = windows.Left; ow < windows.Right; ow++)
            {
                if (argmax[row + ow] == place)
                    sum += dy[row + ow];
            }
        }
        dx[i] = mask.Of(sum, i);
    }
}
