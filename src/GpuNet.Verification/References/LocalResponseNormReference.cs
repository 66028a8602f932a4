using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>Local response normalisation in double precision; its gradient by the chain rule, term by term.</summary>
public static class LocalResponseNormReference
{
    /// <summary>Normalises across channels: S = k + (α/n)·Σ x².</summary>
    /// <param name="shape">Shape of x.</param>
    /// <param name="parameters">Window and constants.</param>
    /// <param name="x">Input.</param>
    /// <returns>Output.</returns>
    public static double[] AcrossChannels(Shape shape, LocalResponseNormParameters parameters, double[] x) =>
        Forward(shape, parameters, x, Channels, parameters.Alpha / (double)parameters.Size, parameters.K).Y;

    /// <summary>Normalises within channels: S = 1 + (α/n²)·Σ x².</summary>
    /// <param name="shape">Shape of x.</param>
    /// <param name="parameters">Window and constants.</param>
    /// <param name="x">Input.</param>
    /// <returns>Output.</returns>
    public static double[] WithinChannel(Shape shape, LocalResponseNormParameters parameters, double[] x) =>
        Forward(shape, parameters, x, Pixels, parameters.Alpha / (double)(parameters.Size * parameters.Size), 1).Y;

    /// <summary>The gradient across channels.</summary>
    /// <param name="shape">Shape of x.</param>
    /// <param name="parameters">Window and constants.</param>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <returns>Gradient of the input.</returns>
    public static double[] AcrossChannelsGradient(Shape shape, LocalResponseNormParameters parameters, double[] x, double[] dy) =>
        Backward(shape, parameters, x, dy, Channels, parameters.Alpha / (double)parameters.Size, parameters.K);

    /// <summary>The gradient within channels.</summary>
    /// <param name="shape">Shape of x.</param>
    /// <param name="parameters">Window and constants.</param>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <returns>Gradient of the input.</returns>
    public static double[] WithinChannelGradient(Shape shape, LocalResponseNormParameters parameters, double[] x, double[] dy) =>
        Backward(shape, parameters, x, dy, Pixels, parameters.Alpha / (double)(parameters.Size * parameters.Size), 1);

    private static (double[] Y, double[] Scale) Forward(
        Shape shape, LocalResponseNormParameters parameters, double[] x, Func<Shape, int, int, IEnumerable<int>> window, double alpha, double k)
    {
        var scale = new double[x.Length];
        var y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            scale[i] = k + alpha * window(shape, parameters.Size, i).Sum(j => x[j] * x[j]);
            y[i] = x[i] * Math.Pow(scale[i], -parameters.Beta);
        }
        return (y, scale);
    }

    // ∂y_i/∂x_j = [i = j]·S_i^−β − β·x_i·S_i^(−β−1)·2·alpha·x_j for each j in the window of i.
    private static double[] Backward(
        Shape shape, LocalResponseNormParameters parameters, double[] x, double[] dy, Func<Shape, int, int, IEnumerable<int>> window, double alpha, double k)
    {
        var (_, scale) = Forward(shape, parameters, x, window, alpha, k);
        var dx = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] += dy[i] * Math.Pow(scale[i], -parameters.Beta);
            foreach (int j in window(shape, parameters.Size, i))
                dx[j] -= dy[i] * parameters.Beta * x[i] * Math.Pow(scale[i], -parameters.Beta - 1) * 2 * alpha * x[j];
        }
        return dx;
    }

    private static IEnumerable<int> Channels(Shape shape, int size, int i)
    {
        int channel = i / shape.PlaneSize % shape.C;
        for (int offset = -(size / 2); offset <= size / 2; offset++)
        {
            if (channel + offset >= 0 && channel + offset < shape.C)
                yield return i + offset * shape.PlaneSize;
        }
    }

    private static IEnumerable<int> Pixels(Shape shape, int size, int i)
    {
        int h = i / shape.W % shape.H, w = i % shape.W;
        for (int down = -(size / 2); down <= size / 2; down++)
        {
            for (int across = -(size / 2); across <= size / 2; across++)
            {
                if (h + down >= 0 && h + down < shape.H && w + across >= 0 && w + across < shape.W)
                    yield return i + down * shape.W + across;
            }
        }
    }
}
