using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The sizes of a product C = op(A)·op(B) of row-major matrices, where op transposes or does not.</summary>
/// <param name="M">Rows of op(A) and of C.</param>
/// <param name="N">Columns of op(B) and of C.</param>
/// <param name="K">Columns of op(A), rows of op(B): the terms of each sum.</param>
/// <param name="TransposeA">Whether A is stored as K×M.</param>
/// <param name="TransposeB">Whether B is stored as N×K.</param>
public readonly record struct MatrixMultiplyGeometry(int M, int N, int K, bool TransposeA, bool TransposeB)
{
    /// <summary>The shape of A as it is stored: M×K, or K×M if it is transposed.</summary>
    public Shape A => TransposeA ? Shape.Matrix(K, M) : Shape.Matrix(M, K);

    /// <summary>The shape of B as it is stored: K×N, or N×K if it is transposed.</summary>
    public Shape B => TransposeB ? Shape.Matrix(N, K) : Shape.Matrix(K, N);

    /// <summary>The shape of the product: M×N.</summary>
    public Shape C => Shape.Matrix(M, N);

    /// <summary>Throws unless the product exists and its matrices can be indexed.</summary>
    /// <param name="who">The op or layer, for the message.</param>
    /// <exception cref="ShapeException">A size is below 1, or a matrix has more than 2³¹ − 2¹⁶ values.</exception>
    public void ThrowIfInvalid(string who)
    {
        if (M < 1 || N < 1 || K < 1)
            throw new ShapeException($"{who}: a product of {M}×{K} by {K}×{N} is empty; M, N and K must be at least 1. Check the shapes it is made from.");
        ShapeException.ThrowIfTooLong(who, A, B, C);
    }
}
