using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

/// <summary>Every variant on every device, whatever the plan for the device would be.</summary>
public sealed class GemmVariantTests(string device) : DeviceFixture(device)
{
    // One value; below a tile; edges in every direction; whole tiles; several tiles and an odd depth. Rows of 128 and 32 values are aligned.
    private static readonly (int M, int N, int K)[] Sizes = [(1, 1, 1), (5, 7, 9), (130, 133, 19), (128, 128, 32), (127, 257, 45)];

    private static readonly (int M, int N, int K)[] SmallSizes = [(5, 7, 9), (36, 40, 20)];

    // PoCL takes seconds to build a kernel: on it, these are always tested, which between them have both kinds of thread tile and both depths. Two transpositions show both kinds of operand on both sides; the smallest tiles show all four.
    private static IEnumerable<TestCaseData> Cases =>
        from variant in GemmVariants.All
        from transposeA in new[] { false, true }
        from transposeB in new[] { false, true }
        where transposeA == transposeB || variant.Name == "32x32x8"
        select new TestCaseData(variant.Name, transposeA, transposeB).SetArgDisplayNames(variant.Name, transposeA ? "t" : "n", transposeB ? "t" : "n");

    private static IEnumerable<string> Variants => GemmVariants.All.Select(variant => variant.Name);

    /// <summary>Skips a variant that takes long to build on this device and is like one that is tested.</summary>
    internal static void SkipUnlessQuick(DeviceSession session, string variant)
    {
        if (session.Kind == DeviceKind.OpenCL && variant is not ("128x128x16" or "32x32x8"))
            SlowTests.SkipUnlessAskedFor("PoCL takes seconds to build each variant; two are always tested.");
    }

    [SetUp]
    public void PortableKernelsOnly()
    {
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs groups of one thread.");
    }

    [TestCaseSource(nameof(Cases))]
    public void The_product_is_right_at_every_edge(string variant, bool transposeA, bool transposeB)
    {
        SkipUnlessQuick(Session, variant);
        foreach (var (m, n, k) in Session.Kind == DeviceKind.SimulatedGpu ? SmallSizes : Sizes)
            Check(variant, new(m, n, k, transposeA, transposeB), splits: 1, offset: 0);
    }

    [TestCaseSource(nameof(Variants))]
    public void Sums_may_be_split_and_matrices_lie_anywhere(string variant)
    {
        SkipUnlessQuick(Session, variant);
        Check(variant, new(36, 20, 164, TransposeA: false, TransposeB: false), splits: 3, offset: 0);
        Check(variant, new(36, 20, 100, TransposeA: false, TransposeB: false), splits: 2, offset: 1);
    }

    [TestCase("128x128x8", 12, 1)]
    [TestCase("128x128x8", 13, 1)]
    [TestCase("32x32x16", 12, 1)]
    [TestCase("32x32x16", 13, 1)]
    [TestCase("32x32x8", 12, 2)]
    public void Edges_and_split_sums_are_finished_too(string variant, int n, int splits)
    {
        var g = new MatrixMultiplyGeometry(9, n, splits == 1 ? n + 8 : 100, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2), bias = Values.Uniform(n, 3), mask = ReluMaskReference.Masks(g.C.Length);
        var gemm = Keep(new Gemm(Session, g, GemmPlan.Of(GemmVariants.Named(variant)!, new(1, g.M, g.N, g.K), splits)));
        Assert.That(gemm.WorkspaceLength, Is.EqualTo(splits == 1 ? 0 : splits * g.C.Length));
        Tensor ta = Tensor(g.A, a), tb = Tensor(g.B, b), rectified = Empty(g.C), masked = Empty(g.C), workspace = Empty(Shape.Vector((int)gemm.WorkspaceLength));
        gemm.Multiply(ta, tb, rectified, workspace, Tensor(Shape.Vector(n), bias), rectify: true);
        gemm.Multiply(ta, tb, masked, workspace, mask: Tensor(g.C, mask));
        double[] product = MatrixMultiplyReference.Multiply(g, a, b);
        Close.To([.. product.Select((value, i) => Math.Max(0, value + bias[i % n]))], rectified.ToArray(), g.K + 1, "rectified");
        Close.To(ReluMaskReference.Apply(product, mask), masked.ToArray(), g.K, "masked");
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void Product_and_mask_lie_anywhere(int offset, int maskOffset)
    {
        var g = new MatrixMultiplyGeometry(9, 12, 20, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2), mask = ReluMaskReference.Masks(g.C.Length);
        var gemm = Keep(new Gemm(Session, g, GemmPlan.Of(GemmVariants.Named("32x32x16")!, new(1, g.M, g.N, g.K), 1)));
        Tensor c = Shifted(g.C, offset), tmask = Shifted(g.C, maskOffset);
        tmask.CopyFrom([.. mask.Select(value => (float)value)]);
        gemm.Multiply(Tensor(g.A, a), Tensor(g.B, b), c, c, mask: tmask);
        Close.To(ReluMaskReference.Apply(MatrixMultiplyReference.Multiply(g, a, b), mask), c.ToArray(), g.K, "c");
    }

    [Test]
    public void A_product_of_more_blocks_than_a_grid_is_refused_when_it_is_made()
    {
        var size = new GemmSize(2, int.MaxValue, 100_000, 8);
        var rows = Matrix.Of(true, (ArrayView<float> values) => new LinesOperand<Aligned>(values, 8), (ArrayView<float> values) => new LinesOperand<Unaligned>(values, 8));
        var result = Result.Of(
            true,
            (ArrayView<float> values, GemmEpilogue epilogue) => new MatrixResult<Aligned>(values, size.Rows, size.Columns, 0, epilogue),
            (ArrayView<float> values, GemmEpilogue epilogue) => new MatrixResult<Unaligned>(values, size.Rows, size.Columns, 0, epilogue));
        Assert.That(
            () => GemmPass.Of(Session, size, GemmPlan.Of(GemmVariants.Named("32x32x8")!, size, 1), rows, rows, result),
            Throws.TypeOf<ShapeException>().With.Message.Contains("2 products of 2147483647×100000 are 419430400000 blocks of 32×32").And.Message.Contains("smaller batch"));
    }

    [Test]
    public void A_kernel_that_the_driver_runs_in_smaller_groups_only_is_refused()
    {
        var kernel = GemmVariants.Named("32x32x8")!.Load<LinesOperand<Aligned>, LinesOperand<Unaligned>, MatrixResult<Aligned>>(Session.Accelerator);
        const int most = 1 << 24;
        Assert.That(() => Session.ThrowUnlessRuns(kernel, "a product", 64), Throws.Nothing);
        // Elsewhere the device's limit is that of every kernel.
        Assert.That(
            () => Session.ThrowUnlessRuns(kernel, "a product", most),
            Session.Kind == DeviceKind.OpenCL ? Throws.TypeOf<DeviceException>().With.Message.Match(@"a product needs groups of 16777216 threads, and the driver runs it with \d+ at most.*`gpunet devices`") : Throws.Nothing);
    }

    [Test]
    public void Padding_of_rows_is_not_read()
    {
        const int m = 6, n = 8, k = 20, pitch = 24;
        double[] a = Values.Uniform(m * k, 1), b = Values.Uniform(n * k, 2);
        var size = new GemmSize(1, m, n, k);
        var launcher = new GemmLauncher<LinesOperand<Aligned>, LinesOperand<Unaligned>, MatrixResult<Aligned>>(Session, size, GemmPlan.Of(GemmVariants.Named("32x32x8")!, size, 1));
        var c = Empty(Shape.Matrix(m, n));
        launcher.Run(
            new(Padded(a, m, k, pitch).View, pitch), new(Padded(b, n, k, pitch).View, pitch), new(c.View, m, n, 0, GemmEpilogue.Of(c.View)));
        Close.To(MatrixMultiplyReference.Multiply(new(m, n, k, TransposeA: false, TransposeB: true), a, b), c.ToArray(), k, "c");
    }

    private Tensor Padded(double[] values, int rows, int columns, int pitch) => Tensor(
        Shape.Matrix(rows, pitch), [.. Enumerable.Range(0, rows * pitch).Select(i => i % pitch < columns ? values[i / pitch * columns + i % pitch] : double.NaN)]);

    private void Check(string variant, MatrixMultiplyGeometry g, int splits, int offset)
    {
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var plan = GemmPlan.Of(GemmVariants.Named(variant)!, new(1, g.M, g.N, g.K), splits);
        var gemm = Keep(new Gemm(Session, g, plan));
        Tensor ta = Shifted(g.A, offset), tb = Shifted(g.B, offset), c = Shifted(g.C, offset);
        ta.CopyFrom([.. a.Select(value => (float)value)]);
        tb.CopyFrom([.. b.Select(value => (float)value)]);
        gemm.Multiply(ta, tb, c, Empty(Shape.Vector((int)gemm.WorkspaceLength)));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), g.K, $"c of {g}");
    }

    private Tensor Shifted(Shape shape, int offset) => Empty(Shape.Vector((int)shape.Length + offset)).Slice(offset, shape);
}
