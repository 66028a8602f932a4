using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

/// <summary>Every variant on every device, whatever the plan for the device would be.</summary>
public sealed class GemmLauncherTests(string device) : DeviceFixture(device)
{
    private static IEnumerable<string> Variants => GemmVariants.All.Select(variant => variant.Name);

    [Test]
    public void The_product_does_not_depend_on_the_plan([ValueSource(nameof(Variants))] string variant, [Values(1, 3)] int splits)
    {
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs groups of one thread.");
        const int m = 70, n = 33, k = 90;
        var g = new MatrixMultiplyGeometry(m, n, k, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var size = new GemmSize(1, m, n, k);
        var plan = GemmPlan.Of(GemmVariants.All.Single(v => v.Name == variant), size, splits);
        var launcher = new GemmLauncher<LinesOperand<Unaligned>, InterleavedOperand<Unaligned>, MatrixResult<Unaligned>>(Session, size, plan);
        Tensor parts = Empty(Shape.Vector(launcher.Splits * m * n)), c = Empty(g.C);
        launcher.Run(new(Tensor(g.A, a).View, k), new(Tensor(g.B, b).View, n), new(parts.View, m, n, m * n, GemmEpilogue.Of(parts.View)));
        new SplitSum(Session, launcher.Splits, m * n).Run(parts, c, n, GemmEpilogue.Of(c.View));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), k, "c");
    }
}
