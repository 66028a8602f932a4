using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>
/// Convolution and its gradients in double precision, by the definition: y[n,o,i,j] = b[o] + Σ over c, r, s of
/// w[o,c,r,s]·x[n, c of o's group, i·stride − padding + r·dilation, …], where x is 0 outside. All tensors are NCHW.
/// </summary>
public static class ConvolutionReference
{
    /// <summary>The output.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <returns>y.</returns>
    public static double[] Forward(ConvolutionGeometry g, double[] x, double[] w, double[]? b) => Each(g.Output, i => Forward(g, x, w, b, i));

    /// <summary>One value of the output.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <param name="index">Which one, in NCHW order.</param>
    /// <returns>The value.</returns>
    public static double Forward(ConvolutionGeometry g, double[] x, double[] w, double[]? b, int index)
    {
        var (n, o, i, j) = Place(g.Output, index);
        double sum = b?[o] ?? 0;
        for (int c = 0; c < g.GroupInputChannels; c++)
            for (int r = 0; r < g.Filter.Height; r++)
                for (int s = 0; s < g.Filter.Width; s++)
                {
                    int row = i * g.Stride.Height - g.Padding.Height + r * g.Dilation.Height;
                    int column = j * g.Stride.Width - g.Padding.Width + s * g.Dilation.Width;
                    if (row >= 0 && row < g.Input.H && column >= 0 && column < g.Input.W)
                        sum += w[Index(g.Weights, o, c, r, s)] * x[Index(g.Input, n, o / g.GroupOutputChannels * g.GroupInputChannels + c, row, column)];
                }
        return sum;
    }

    /// <summary>The gradient of the input.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="w">Weights.</param>
    /// <returns>dx.</returns>
    public static double[] BackwardData(ConvolutionGeometry g, double[] dy, double[] w) => Each(g.Input, i => BackwardData(g, dy, w, i));

    /// <summary>One value of the input's gradient: over the filters of its group and their taps, where a window puts the tap on the value.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="w">Weights.</param>
    /// <param name="index">Which one, in NCHW order.</param>
    /// <returns>The value.</returns>
    public static double BackwardData(ConvolutionGeometry g, double[] dy, double[] w, int index)
    {
        var (n, channel, row, column) = Place(g.Input, index);
        int group = channel / g.GroupInputChannels;
        double sum = 0;
        for (int o = group * g.GroupOutputChannels; o < (group + 1) * g.GroupOutputChannels; o++)
            for (int r = 0; r < g.Filter.Height; r++)
                for (int s = 0; s < g.Filter.Width; s++)
                {
                    int down = row + g.Padding.Height - r * g.Dilation.Height;
                    int across = column + g.Padding.Width - s * g.Dilation.Width;
                    if (down < 0 || down % g.Stride.Height != 0 || across < 0 || across % g.Stride.Width != 0)
                        continue;
                    int i = down / g.Stride.Height, j = across / g.Stride.Width;
                    if (i < g.Output.H && j < g.Output.W)
                        sum += w[Index(g.Weights, o, channel - group * g.GroupInputChannels, r, s)] * dy[Index(g.Output, n, o, i, j)];
                }
        return sum;
    }

    /// <summary>The gradient of the weights, summed over the batch.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <returns>dw.</returns>
    public static double[] BackwardWeights(ConvolutionGeometry g, double[] x, double[] dy) => Each(g.Weights, i => BackwardWeights(g, x, dy, i));

    /// <summary>One value of the weights' gradient: over the batch and the windows.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="index">Which one, in NCHW order of the weights.</param>
    /// <returns>The value.</returns>
    public static double BackwardWeights(ConvolutionGeometry g, double[] x, double[] dy, int index)
    {
        var (o, c, r, s) = Place(g.Weights, index);
        double sum = 0;
        for (int n = 0; n < g.Output.N; n++)
            for (int i = 0; i < g.Output.H; i++)
                for (int j = 0; j < g.Output.W; j++)
                {
                    int row = i * g.Stride.Height - g.Padding.Height + r * g.Dilation.Height;
                    int column = j * g.Stride.Width - g.Padding.Width + s * g.Dilation.Width;
                    if (row >= 0 && row < g.Input.H && column >= 0 && column < g.Input.W)
                        sum += x[Index(g.Input, n, o / g.GroupOutputChannels * g.GroupInputChannels + c, row, column)] * dy[Index(g.Output, n, o, i, j)];
                }
        return sum;
    }

    /// <summary>The gradient of a bias: the sum of dy over batch and pixels. Serves inner products too.</summary>
    /// <param name="output">Shape of dy.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <returns>db, one value a channel.</returns>
    public static double[] BackwardBias(Shape output, double[] dy)
    {
        var db = new double[output.C];
        for (int i = 0; i < dy.Length; i++)
            db[i / output.PlaneSize % output.C] += dy[i];
        return db;
    }

    private static double[] Each(Shape shape, Func<int, double> value) => [.. Enumerable.Range(0, (int)shape.Length).Select(value)];

    private static int Index(Shape shape, int n, int c, int h, int w) => ((n * shape.C + c) * shape.H + h) * shape.W + w;

    private static (int N, int C, int H, int W) Place(Shape shape, int index) =>
        (index / shape.ImageSize, index / shape.PlaneSize % shape.C, index / shape.W % shape.H, index % shape.W);
}
