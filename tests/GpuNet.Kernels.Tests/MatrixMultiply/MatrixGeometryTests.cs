using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class MatrixGeometryTests
{
    [Test]
    public void Matrices_have_the_shapes_in_which_they_are_stored()
    {
        var plain = new MatrixMultiplyGeometry(2, 3, 4, TransposeA: false, TransposeB: false);
        var transposed = new MatrixMultiplyGeometry(2, 3, 4, TransposeA: true, TransposeB: true);
        Assert.That((plain.A, plain.B, plain.C), Is.EqualTo((Shape.Matrix(2, 4), Shape.Matrix(4, 3), Shape.Matrix(2, 3))));
        Assert.That((transposed.A, transposed.B, transposed.C), Is.EqualTo((Shape.Matrix(4, 2), Shape.Matrix(3, 4), Shape.Matrix(2, 3))));
    }

    [Test]
    public void An_inner_product_takes_each_image_as_a_row()
    {
        var g = new InnerProductGeometry(new(100, 64, 4, 4), 10);
        Assert.That((g.Weights, g.Bias, g.Output), Is.EqualTo((Shape.Matrix(10, 1024), Shape.Vector(10), Shape.Matrix(100, 10))));
    }

    [Test]
    public void Sizes_out_of_range_are_refused_by_name()
    {
        Refuses(() => new MatrixMultiplyGeometry(2, 0, 4, false, false).ThrowIfInvalid("ip1"), "2×4 by 4×0");
        Refuses(() => new MatrixMultiplyGeometry(1 << 16, 1, 1 << 15, false, false).ThrowIfInvalid("ip1"), "65536×32768×1×1 has more than");
        Refuses(() => new InnerProductGeometry(new(2, 3, 4, 5), 0).ThrowIfInvalid("ip1"), "0 outputs");
        Refuses(() => new InnerProductGeometry(new(2, 3, 0, 5), 6).ThrowIfInvalid("ip1"), "input 2×3×0×5");
    }

    private static void Refuses(Action check, string expected) =>
        Assert.That(check, Throws.TypeOf<ShapeException>().With.Message.StartsWith("ip1: ").And.Message.Contains(expected));
}
