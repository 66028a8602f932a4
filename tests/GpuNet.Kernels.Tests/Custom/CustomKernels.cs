using ILGPU;

namespace GpuNet.Kernels.Tests.Custom;

/// <summary>Kernels as users write them.</summary>
public static class CustomKernels
{
    public static void Double(Index1D i, ArrayView<float> x) => x[i] = 2 * x[i];

    public static void Swish(Index1D i, ArrayView<float> x, ArrayView<float> y) => y[i] = x[i] / (1 + MathF.Exp(-x[i]));

    public static void Scale(Index1D i, float factor, ArrayView<float> x) => x[i] = factor * x[i];

    public static void Axpby(Index1D i, Factors factors, ArrayView<float> x, ArrayView<float> y, ArrayView<float> z) => z[i] = factors.A * x[i] + factors.B * y[i];

    public static void Six(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> d, ArrayView<float> e, ArrayView<float> sum) =>
        sum[i] = a[i] + 10 * b[i] + 100 * c[i] + 1000 * d[i] + 10000 * e[i];

    // A thread for each row, which gathers.
    public static void SumRows(Index1D row, int columns, ArrayView<float> x, ArrayView<float> sums)
    {
        float sum = 0;
        for (int column = 0; column < columns; column++)
            sum += x[row * columns + column];
        sums[row] = sum;
    }

    public static void Allocates(Index1D i, ArrayView<float> x) => x[i] = new List<float> { 1 }.Count;

    public readonly record struct Factors(float A, float B);
}
