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
    public static double[] Multiply(MatrixMultiplyGeometry g, double[] a, double[] b)
    {
        var c = new double[g.M * g.N];
        for (int m = 0; m < g.M; m++)
            for (int n = 0; n < g.N; n++)
                for (int k = 0; k < g.K; k++)
                    c[m * g.N + n] += (g.TransposeA ? a[k * g.M + m] : a[m * g.K + k]) * (g.TransposeB ? b[n * g.K + k] : b[k * g.N + n]);
        return c;
    }
}
