using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class MatrixMultiplyTests(string device) : DeviceFixture(device)
{
    // Below, at and above the sizes of tiles; short sums, and long ones that are split.
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (1, 1, 1), (1, 33, 7), (33, 1, 14), (7, 14, 130), (14, 65, 33), (65, 7, 65), (33, 33, 1), (130, 130, 7), (130, 65, 33), (14, 130, 14), (5, 3, 700),
        // Many rows; sums that the CPU takes in several slices, of few rows and of more.
        (1023, 5, 3), (1100, 33, 7), (2100, 17, 5), (30, 70, 1100), (90, 70, 1100),
    ];

    private static IEnumerable<MatrixMultiplyGeometry> Geometries =>
        from size in Sizes
        from transposeA in new[] { false, true }
        from transposeB in new[] { false, true }
        select new MatrixMultiplyGeometry(size.M, size.N, size.K, transposeA, transposeB);

    [TestCaseSource(nameof(Geometries))]
    public void The_product_is_the_sum_of_products(MatrixMultiplyGeometry g)
    {
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var op = Keep(new MatrixMultiplyOp(Session, g));
        var c = Empty(g.C);
        op.Run(Tensor(g.A, a), Tensor(g.B, b), c, Empty(Shape.Vector((int)op.WorkspaceLength)));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), g.K, "c");
    }

    [Test]
    public void A_product_that_no_cache_holds_is_right_too()
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only a CPU session stores such a product in a way of its own.");
        // More than 2²³ values, and a last panel of columns that is half full.
        var g = new MatrixMultiplyGeometry(2050, 4112, 2, TransposeA: true, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var op = Keep(new MatrixMultiplyOp(Session, g));
        using var arena = new Arena(Session, Arena.Footprint(g.C.Length));
        var c = arena.Take(g.C);
        op.Run(Tensor(g.A, a), Tensor(g.B, b), c, Empty(Shape.Vector((int)op.WorkspaceLength)));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), g.K, "c");
    }

    [Test]
    public void Values_beyond_the_matrices_are_neither_used_nor_overwritten()
    {
        var g = new MatrixMultiplyGeometry(5, 6, 7, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var op = Keep(new MatrixMultiplyOp(Session, g));
        // Windows of tensors that hold NaN around them.
        Tensor wideA = Empty(Shape.Vector(100)), wideB = Empty(Shape.Vector(100)), wideC = Empty(Shape.Vector(100));
        Tensor windowA = wideA.Slice(16, g.A), windowB = wideB.Slice(16, g.B);
        windowA.CopyFrom([.. a.Select(value => (float)value)]);
        windowB.CopyFrom([.. b.Select(value => (float)value)]);
        op.Run(windowA, windowB, wideC.Slice(16, g.C), Empty(Shape.Vector((int)op.WorkspaceLength)));
        float[] c = wideC.ToArray();
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c[16..46], g.K, "c");
        Assert.That(c[..16].Concat(c[46..]), Is.All.NaN);
    }

    [Test]
    public void An_infinite_value_stays_in_its_row()
    {
        var g = new MatrixMultiplyGeometry(3, 2, 5, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1);
        a[^1] = double.PositiveInfinity;
        var op = Keep(new MatrixMultiplyOp(Session, g));
        var c = Empty(g.C);
        op.Run(Tensor(g.A, a), Tensor(g.B, [.. Enumerable.Repeat(1.0, 10)]), c, Empty(Shape.Vector((int)op.WorkspaceLength)));
        float[] values = c.ToArray();
        Assert.That(values[..4].All(float.IsFinite), Is.True);
        Assert.That(values[4..], Is.All.EqualTo(float.PositiveInfinity));
    }

    [Test]
    public void Equal_runs_give_equal_bits()
    {
        var g = new MatrixMultiplyGeometry(9, 10, 300, TransposeA: true, TransposeB: false);
        Tensor a = Tensor(g.A, Values.Uniform(g.A.Length, 1)), b = Tensor(g.B, Values.Uniform(g.B.Length, 2)), c = Empty(g.C), again = Empty(g.C);
        var op = Keep(new MatrixMultiplyOp(Session, g));
        var workspace = Empty(Shape.Vector((int)op.WorkspaceLength));
        op.Run(a, b, c, workspace);
        op.Run(a, b, again, workspace);
        Assert.That(again.ToArray(), Is.EqualTo(c.ToArray()));
    }

    [Test]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var g = new MatrixMultiplyGeometry(2, 3, 4, TransposeA: false, TransposeB: false);
        var op = Keep(new MatrixMultiplyOp(Session, g));
        Tensor a = Empty(g.A), b = Empty(g.B), c = Empty(g.C), workspace = Empty(Shape.Vector((int)op.WorkspaceLength));
        Assert.That(() => op.Run(b, b, c, workspace), Throws.TypeOf<ShapeException>().With.Message.Contains("4×3×1×1").And.Message.Contains("2×4×1×1"));
        Assert.That(() => op.Run(a, b, a, workspace), Throws.TypeOf<ShapeException>().With.Message.StartsWith("matrix multiply: c"));
    }
}
