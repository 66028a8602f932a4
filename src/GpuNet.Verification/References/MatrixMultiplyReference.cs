using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Verification.References;

/// <summary>Matrix products in double precision, by the definition.</summary>
public static class MatrixMultiplyReference
{
    /// <summary>C = op(A)·op(B).</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="a">A as it is stored, row-major.</param>
    /// <param name="b">B as it is stored, row-major.</param>
    /// <returns>C, M×N, row-major.</returns>
    public static double[] Multiply(MatrixMultiplyGeometry g, double[] a, double[] b) =>
        [.. Enumerable.Range(0, (int)g.C.Length).Select(i => Multiply(g, a, b, i))];

    /// <summary>One value of op(A)·op(B).</summary>
    /// <param name="g">The sizes.</param>
    /// <param name="a">A as it is stored, row-major.</param>
    /// <param name="b">B as it is stored, row-major.</param>
    /// <param name="index">Which one: row · N + column.</param>
    /// <returns>The value.</returns>
    public static double Multiply(MatrixMultiplyGeometry g, double[] a, double[] b, int index)
    {
        int m = index / g.N, n = index % g.N;
        double sum = 0;
        for (int k = 0; k < g.K; k++)
            sum += (g.TransposeA ? a[k * g.M + m] : a[m * g.K + k]) * (g.TransposeB ? b[n * g.K + k] : b[k * g.N + n]);
        return sum;
    }
}
