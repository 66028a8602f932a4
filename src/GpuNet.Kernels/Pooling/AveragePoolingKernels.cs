using GpuNet.Kernels.Pointwise;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// Average pooling for any device, explicitly grouped: forward one thread a window, backward one thread a pixel, which gathers from the windows over
/// it. Neighbouring threads are neighbours along W.
/// </summary>
internal static class AveragePoolingKernels
{
    public static void Forward(ArrayView<float> x, ArrayView<float> y, PoolingSizes sizes)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= sizes.Windows)
            return;
        var window = sizes.Window(i);
        var pixels = sizes.PixelsOf(window);
        int width = sizes.Geometry.Input.W, row = window.Plane * sizes.InputPlane + pixels.Top * width;
        float sum = 0f;
        for (int h = pixels.Top; h < pixels.Bottom; h++, row += width)
        {
            for (int w = pixels.Left; w < pixels.Right; w++)
                sum += x[row + w];
        }
        y[i] = sum / PoolingWindows.Divisor(window.Row, window.Column, sizes.Geometry);
    }

    public static void Backward(ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, PoolingSizes sizes)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= sizes.Pixels)
            return;
        var pixel = sizes.Pixel(i);
        var windows = sizes.WindowsOver(pixel);
        int row = pixel.Plane * sizes.OutputPlane + windows.Top * sizes.Output.W;
        float sum = 0f;
        for (int oh = windows.Top; oh < windows.Bottom; oh++, row += sizes.Output.W)
        {
            for (int ow = windows.Left; ow < windows.Right; ow++)
                sum += dy[row + ow] / PoolingWindows.Divisor(oh, ow, sizes.Geometry);
        }
        dx[i] = mask.Of(sum, i);
    }
}
