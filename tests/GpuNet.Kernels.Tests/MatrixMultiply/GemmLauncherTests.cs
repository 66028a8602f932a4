using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

/// <summary>Every size of group on every device, whatever the plan for the device would be.</summary>
public sealed class GemmLauncherTests(string device) : DeviceFixture(device)
{
    [Test]
    public void The_product_does_not_depend_on_the_plan([Values(4, 8, 16)] int side, [Values(1, 3)] int splits)
    {
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs groups of one thread.");
        const int m = 70, n = 33, k = 90;
        var g = new MatrixMultiplyGeometry(m, n, k, TransposeA: false, TransposeB: false);
        double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
        var size = new GemmSize(1, m, n, k);
        var launcher = new GemmLauncher<LinesOperand, InterleavedOperand, MatrixResult>(Session, size, new GemmPlan(side, (k / splits + side - 1) / side * side));
        Tensor parts = Empty(Shape.Vector(splits * m * n)), c = Empty(g.C);
        Assert.That(launcher.Splits, Is.EqualTo(splits));
        launcher.Run(new(Tensor(g.A, a).View, k), new(Tensor(g.B, b).View, n), new(parts.View, m, n, m * n, GemmEpilogue.Of(parts.View)));
        new SplitSum(Session, splits, m * n).Run(parts, c, n, GemmEpilogue.Of(c.View));
        Close.To(MatrixMultiplyReference.Multiply(g, a, b), c.ToArray(), k, "c");
    }
}
