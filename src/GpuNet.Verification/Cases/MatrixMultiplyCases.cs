using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Products in all four transpositions, below, at and above the sizes of tiles, with short sums and with long ones that are split.</summary>
internal static class MatrixMultiplyCases
{
    private static readonly (int M, int N, int K, bool Quick)[] Sizes =
    [
        (5, 7, 3, false), (33, 70, 19, true), (1, 130, 65, false), (127, 129, 33, false), (128, 128, 128, false), (260, 200, 511, false), (60, 75, 6000, false),
    ];

    private static readonly bool[] Both = [false, true];

    public static IEnumerable<SelfTestCase> All =>
        from size in Sizes
        from transposeA in Both
        from transposeB in Both
        select Case(new(size.M, size.N, size.K, transposeA, transposeB), size.Quick);

    private static SelfTestCase Case(MatrixMultiplyGeometry g, bool quick) => new(
        "matrix multiply", $"A{(g.TransposeA ? "ᵀ" : "")}·B{(g.TransposeB ? "ᵀ" : "")}", $"{g.M}×{g.K} by {g.K}×{g.N}", room =>
        {
            double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
            var op = new MatrixMultiplyOp(room.Session, g);
            var c = room.Empty(g.C);
            op.Run(room.Tensor(g.A, a), room.Tensor(g.B, b), c, room.Workspace(op.WorkspaceLength));
            room.Compare("c", i => MatrixMultiplyReference.Multiply(g, a, b, i), c, g.K);
        })
    { IsQuick = quick };
}
