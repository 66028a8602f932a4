using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>Concatenation along the channels, value by value.</summary>
public static class ConcatenationReference
{
    /// <summary>Joins tensors.</summary>
    /// <param name="shapes">Their shapes, which differ in channels only.</param>
    /// <param name="xs">Their values, NCHW.</param>
    /// <returns>The values of the joined tensor.</returns>
    public static double[] Forward(IReadOnlyList<Shape> shapes, IReadOnlyList<double[]> xs)
    {
        var y = new List<double>();
        for (int n = 0; n < shapes[0].N; n++)
        {
            for (int i = 0; i < shapes.Count; i++)
            {
                for (int value = 0; value < shapes[i].ImageSize; value++)
                    y.Add(xs[i][n * shapes[i].ImageSize + value]);
            }
        }
        return [.. y];
    }

    /// <summary>Takes a joined gradient apart.</summary>
    /// <param name="shapes">Shapes of the parts.</param>
    /// <param name="dy">Gradient of the joined tensor.</param>
    /// <returns>The gradient of each part.</returns>
    public static double[][] Backward(IReadOnlyList<Shape> shapes, double[] dy)
    {
        var dxs = shapes.Select(_ => new List<double>()).ToArray();
        int next = 0;
        for (int n = 0; n < shapes[0].N; n++)
        {
            for (int i = 0; i < shapes.Count; i++)
            {
                for (int value = 0; value < shapes[i].ImageSize; value++)
                    dxs[i].Add(dy[next++]);
            }
        }
        return [.. dxs.Select(dx => dx.ToArray())];
    }
}
