using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Pointwise;

public sealed class ReluTests(string device) : DeviceFixture(device)
{
    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(2, 3, 5, 7), new(1, 5, 1, 13), new(3, 16, 4, 4)];

    [TestCaseSource(nameof(Shapes))]
    public void Forward_is_the_positive_part(Shape shape)
    {
        double[] x = Values.Uniform(shape.Length, 1);
        var y = Empty(shape);
        Keep(new ReluOp(Session)).Forward(Tensor(shape, x), y);
        Assert.That(y.ToArray(), Is.EqualTo(x.Select(value => (float)Math.Max(value, 0))));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Backward_passes_the_gradient_where_the_output_is_positive(Shape shape)
    {
        double[] y = [.. Values.Uniform(shape.Length, 1).Select(value => Math.Max(value, 0))];
        double[] dy = Values.Uniform(shape.Length, 2);
        var dx = Empty(shape);
        Keep(new ReluOp(Session)).Backward(Tensor(shape, y), Tensor(shape, dy), dx);
        Assert.That(dx.ToArray(), Is.EqualTo(y.Zip(dy, (output, gradient) => output > 0 ? (float)gradient : 0)));
    }

    [Test]
    public void A_NaN_passes_through()
    {
        var shape = new Shape(1, 1, 1, 20);
        var x = Tensor(shape, [.. Enumerable.Repeat(double.NaN, 20)]);
        Keep(new ReluOp(Session)).Forward(x, x);
        Assert.That(x.ToArray(), Is.All.NaN);
    }

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var x = Empty(new(1, 2, 3, 4));
        var y = Empty(new(1, 2, 4, 3));
        Assert.That(() => new ReluOp(Session).Forward(x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("1×2×4×3").And.Message.Contains("1×2×3×4"));
    }
}
