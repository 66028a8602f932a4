using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>Convolution and its gradients in double precision, by the definition. All tensors are NCHW.</summary>
public static class ConvolutionReference
{
    /// <summary>y[n,o,i,j] = b[o] + Σ over c, r, s of w[o,c,r,s]·x[n, c of o's group, i·stride − padding + r·dilation, …]; x is 0 outside.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <returns>The output.</returns>
    public static double[] Forward(ConvolutionGeometry g, double[] x, double[] w, double[]? b)
    {
        var y = new double[g.Output.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = b?[i / g.Output.PlaneSize % g.OutputChannels] ?? 0;
        ForEachTerm(g, (input, weight, output) => y[output] += w[weight] * x[input]);
        return y;
    }

    /// <summary>The gradient of the input.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="w">Weights.</param>
    /// <returns>dx.</returns>
    public static double[] BackwardData(ConvolutionGeometry g, double[] dy, double[] w)
    {
        var dx = new double[g.Input.Length];
        ForEachTerm(g, (input, weight, output) => dx[input] += w[weight] * dy[output]);
        return dx;
    }

    /// <summary>The gradient of the weights, summed over the batch.</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <returns>dw.</returns>
    public static double[] BackwardWeights(ConvolutionGeometry g, double[] x, double[] dy)
    {
        var dw = new double[g.Weights.Length];
        ForEachTerm(g, (input, weight, output) => dw[weight] += x[input] * dy[output]);
        return dw;
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

    // Every product of an input value and a weight that goes into an output value, as the three indices.
    private static void ForEachTerm(ConvolutionGeometry g, Action<int, int, int> term)
    {
        Shape input = g.Input, output = g.Output, weights = g.Weights;
        for (int n = 0; n < output.N; n++)
            for (int o = 0; o < output.C; o++)
                for (int i = 0; i < output.H; i++)
                    for (int j = 0; j < output.W; j++)
                        for (int c = 0; c < weights.C; c++)
                            for (int r = 0; r < weights.H; r++)
                                for (int s = 0; s < weights.W; s++)
                                {
                                    int channel = o / g.GroupOutputChannels * g.GroupInputChannels + c;
                                    int row = i * g.Stride.Height - g.Padding.Height + r * g.Dilation.Height;
                                    int column = j * g.Stride.Width - g.Padding.Width + s * g.Dilation.Width;
                                    if (row >= 0 && row < input.H && column >= 0 && column < input.W)
                                        term(Index(input, n, channel, row, column), Index(weights, o, c, r, s), Index(output, n, o, i, j));
                                }
    }

    private static int Index(Shape shape, int n, int c, int h, int w) => ((n * shape.C + c) * shape.H + h) * shape.W + w;
}
