using System.Runtime.Intrinsics;
using GpuNet.Kernels.Convolution.Winograd;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Tests.Convolution;

public sealed class WinogradTransformTests
{
    private delegate void Transform(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride);

    /// <summary>
    /// How much larger F(m×m, r×r) makes the rounding errors of its products than they are, relative to the outputs, at the worst pixel of a tile.
    /// For independent values of variance 1, a product at point i has the variance |G_i|²·|B_i|² along one axis, and output o, of variance r, takes it
    /// with the weight A_oi: an error of fixed relative size in each product becomes one of variance Σ_i A_oi²·|G_i|²·|B_i|² / r relative to the output.
    /// Two axes multiply: the root of the product of two variances. (A mean where Barabasz et al., arXiv 1803.10986, bound the worst case.)
    /// </summary>
    internal static double Amplification<T>()
        where T : struct, IWinogradTransform
    {
        var (input, filter, output) = Matrices<T>();
        return output.Max(row => row.Select((a, i) => a * a * Square(input[i]) * Square(filter[i])).Sum() / T.Taps);
    }

    [Test]
    public void Errors_grow_by_five_thirds_by_57_eighths_and_by_221_fortieths()
    {
        Assert.That(Amplification<Winograd2>(), Is.EqualTo(5.0 / 3).Within(1e-6));
        Assert.That(Amplification<Winograd4>(), Is.EqualTo(57.0 / 8).Within(1e-5));
        Assert.That(Amplification<Winograd2Of5>(), Is.EqualTo(221.0 / 40).Within(1e-5));
    }

    [Test]
    public void Winograd2_correlates() => AssertCorrelates<Winograd2>();

    [Test]
    public void Winograd4_correlates() => AssertCorrelates<Winograd4>();

    [Test]
    public void Winograd2Of5_correlates() => AssertCorrelates<Winograd2Of5>();

    // Σ_i A_ri·G_ik·B_ij is 1 where input j meets tap k of output r, j = r + k, and 0 elsewhere.
    private static void AssertCorrelates<T>()
        where T : struct, IWinogradTransform
    {
        var (input, filter, output) = Matrices<T>();
        for (int r = 0; r < T.Outputs; r++)
        {
            for (int k = 0; k < T.Taps; k++)
            {
                for (int j = 0; j < T.Points; j++)
                {
                    double sum = Enumerable.Range(0, T.Points).Sum(i => output[r][i] * filter[i][k] * input[i][j]);
                    Assert.That(sum, Is.EqualTo(j == r + k ? 1 : 0).Within(1e-6), $"output {r}, tap {k}, input {j}");
                }
            }
        }
    }

    private static (double[][] Input, double[][] Filter, double[][] Output) Matrices<T>()
        where T : struct, IWinogradTransform => (
            Matrix(T.Input<Simd128, Vector128<float>>, T.Points, T.Points),
            Matrix(T.Filter<Simd128, Vector128<float>>, T.Taps, T.Points),
            Matrix((ref readonly float s, nint ss, ref float d, nint ds) => T.Output<Simd128, Vector128<float>>(in s, ss, Vector128<float>.Zero, ref d, ds), T.Points, T.Outputs));

    // A transform's matrix, column by column from unit vectors.
    private static double[][] Matrix(Transform transform, int columns, int rows)
    {
        const int width = 4;
        var matrix = Enumerable.Range(0, rows).Select(_ => new double[columns]).ToArray();
        for (int column = 0; column < columns; column++)
        {
            float[] source = new float[columns * width], destination = new float[rows * width];
            source[column * width] = 1;
            transform(in source[0], width, ref destination[0], width);
            for (int row = 0; row < rows; row++)
                matrix[row][column] = destination[row * width];
        }

        return matrix;
    }

    private static double Square(double[] row) => row.Sum(value => value * value);
}
