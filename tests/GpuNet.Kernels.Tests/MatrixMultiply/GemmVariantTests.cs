using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

/// <summary>Every variant on every device, whatever the plan for the device would be.</summary>
public sealed class GemmVariantTests(string device) : DeviceFixture(device)
{
    // One value; below a tile; edges in every direction; whole tiles; several tiles and an odd depth. Rows of 128 and 32 values are aligned.
    private static readonly (int M, int N, int K)[] Sizes = [(1, 1, 1), (5, 7, 9), (130, 133, 19), (128, 128, 32), (127, 257, 45)];

    private static readonly (int M, int N, int K)[] SmallSizes = [(5, 7, 9), (36, 40, 20)];

    private static IEnumerable<TestCaseData> Cases =>
        from variant in GemmVariants.All
        from transposeA in new[] { false, true }
        from transposeB in new[] { false, true }
        select new TestCaseData(variant.Name, transposeA, transposeB).SetArgDisplayNames(variant.Name, transposeA ? "t" : "n", transposeB ? "t" : "n");

    private static IEnumerable<string> Variants => GemmVariants.All.Select(variant => variant.Name);

    [SetUp]
    public void PortableKernelsOnly()
    {
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs groups of one thread.");
    }

    [TestCaseSource(nameof(Cases))]
    public void The_product_is_right_at_every_edge(string variant, bool transposeA, bool transposeB)
    {
        foreach (var (m, n, k) in Session.Kind == DeviceKind.SimulatedGpu ? SmallSizes : Sizes)
            Check(variant, new(m, n, k, transposeA, transposeB), splits: 1, offset: 0);
    }

    [TestCaseSource(nameof(Variants))]
    public void Sums_may_be_split_and_matrices_lie_anywhere(string variant)
    {
        Check(variant, new(36, 20, 164, TransposeA: false, TransposeB: false), splits: 3, offset: 0);
        Check(variant, new(36, 20, 100, TransposeA: false, TransposeB: false), splits: 2, offset: 1);
    }

    private void Check(string variant, MatrixMultiplyGeometry g, int splits, int offset)
    {
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var plan = GemmPlan.Of(GemmVariants.Named(variant)!, new(1, g.M, g.N, g.K), splits);
        var gemm = new Gemm(Session, g, plan);
        Tensor ta = Shifted(g.A, offset), tb = Shifted(g.B, offset), c = Shifted(g.C, offset);
        ta.CopyFrom([.. a.Select(value => (float)value)]);
        tb.CopyFrom([.. b.Select(value => (float)value)]);
        gemm.Multiply(ta, tb, c, Empty(Shape.Vector((int)gemm.WorkspaceLength)));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), g.K, $"c of {g}");
    }

    private Tensor Shifted(Shape shape, int offset) => Empty(Shape.Vector((int)shape.Length + offset)).Slice(offset, shape);
}
