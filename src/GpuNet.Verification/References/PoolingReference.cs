using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>Pooling as Caffe's CPU layer does it, in double precision: for each window, over its pixels.</summary>
public static class PoolingReference
{
    /// <summary>The number of windows along an axis, found by counting.</summary>
    /// <param name="size">Pixels of the image.</param>
    /// <param name="filter">Pixels of a window.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Pixels added on each side.</param>
    /// <param name="anyPadding">Whether there is padding along either axis.</param>
    /// <returns>Windows until one reaches the padded image's end, less one that starts behind the image and its padding if there is any.</returns>
    public static int Windows(int size, int filter, int stride, int padding, bool anyPadding)
    {
        int windows = 1;
        while ((windows - 1) * stride + filter < size + 2 * padding)
            windows++;
        if (anyPadding && (windows - 1) * stride >= size + padding)
            windows--;
        return windows;
    }

    /// <summary>Max pooling.</summary>
    /// <param name="input">Shape of x.</param>
    /// <param name="x">Values, NCHW.</param>
    /// <param name="filter">The window.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="padding">Added on each side.</param>
    /// <returns>The maxima, and where each lies in its plane: the first of equal ones.</returns>
    public static (double[] Y, int[] Argmax) Max(Shape input, double[] x, Size2D filter, Size2D stride, Size2D padding)
    {
        var y = new List<double>();
        var argmax = new List<int>();
        ForEachWindow(input, filter, stride, padding, (plane, pixels, _) =>
        {
            int best = pixels[0];
            foreach (int pixel in pixels)
            {
                if (x[plane * input.PlaneSize + pixel] > x[plane * input.PlaneSize + best])
                    best = pixel;
            }
            argmax.Add(best);
            y.Add(x[plane * input.PlaneSize + best]);
        });
        return ([.. y], [.. argmax]);
    }

    /// <summary>The gradient of max pooling: each window's to the pixel of its maximum.</summary>
    /// <param name="input">Shape of x.</param>
    /// <param name="windowsAPlane">Windows of one channel of one image.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="argmax">Where the maxima lie.</param>
    /// <returns>The gradient of the input.</returns>
    public static double[] MaxGradient(Shape input, int windowsAPlane, double[] dy, int[] argmax)
    {
        var dx = new double[input.Length];
        for (int i = 0; i < dy.Length; i++)
            dx[i / windowsAPlane * input.PlaneSize + argmax[i]] += dy[i];
        return dx;
    }

    /// <summary>Average pooling.</summary>
    /// <param name="input">Shape of x.</param>
    /// <param name="x">Values, NCHW.</param>
    /// <param name="filter">The window.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="padding">Added on each side.</param>
    /// <returns>The means; padding counts, what lies behind it does not.</returns>
    public static double[] Average(Shape input, double[] x, Size2D filter, Size2D stride, Size2D padding)
    {
        var y = new List<double>();
        ForEachWindow(input, filter, stride, padding, (plane, pixels, divisor) =>
            y.Add(pixels.Sum(pixel => x[plane * input.PlaneSize + pixel]) / divisor));
        return [.. y];
    }

    /// <summary>The gradient of average pooling: each window's, divided, to all its pixels.</summary>
    /// <param name="input">Shape of x.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="filter">The window.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="padding">Added on each side.</param>
    /// <returns>The gradient of the input.</returns>
    public static double[] AverageGradient(Shape input, double[] dy, Size2D filter, Size2D stride, Size2D padding)
    {
        var dx = new double[input.Length];
        int window = 0;
        ForEachWindow(input, filter, stride, padding, (plane, pixels, divisor) =>
        {
            foreach (int pixel in pixels)
                dx[plane * input.PlaneSize + pixel] += dy[window] / divisor;
            window++;
        });
        return dx;
    }

    // Visits the windows in NCHW order with the pixels of the image in each, row by row, and the count of pixels and padding in it.
    private static void ForEachWindow(Shape input, Size2D filter, Size2D stride, Size2D padding, Action<int, List<int>, int> visit)
    {
        int down = Windows(input.H, filter.Height, stride.Height, padding.Height, padding != default);
        int across = Windows(input.W, filter.Width, stride.Width, padding.Width, padding != default);
        for (int plane = 0; plane < input.N * input.C; plane++)
        {
            for (int oh = 0; oh < down; oh++)
            {
                for (int ow = 0; ow < across; ow++)
                {
                    var pixels = new List<int>();
                    int divisor = 0;
                    for (int h = oh * stride.Height - padding.Height; h < oh * stride.Height - padding.Height + filter.Height; h++)
                    {
                        for (int w = ow * stride.Width - padding.Width; w < ow * stride.Width - padding.Width + filter.Width; w++)
                        {
                            if (h < input.H + padding.Height && w < input.W + padding.Width)
                                divisor++;
                            if (h >= 0 && h < input.H && w >= 0 && w < input.W)
                                pixels.Add(h * input.W + w);
                        }
                    }
                    visit(plane, pixels, divisor);
                }
            }
        }
    }
}
