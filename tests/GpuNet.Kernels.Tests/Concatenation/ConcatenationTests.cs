using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Concatenation;

public sealed class ConcatenationTests(string device) : DeviceFixture(device)
{
    private static readonly Shape[][] Cases =
    [
        [new(1, 1, 1, 1)],
        [new(2, 3, 5, 7), new(2, 1, 5, 7)],
        [new(3, 16, 4, 4), new(3, 5, 4, 4), new(3, 1, 4, 4), new(3, 9, 4, 4)],
        [new(1, 2, 1, 1), new(1, 3, 1, 1), new(1, 1, 1, 1), new(1, 4, 1, 1), new(1, 1, 1, 1), new(1, 5, 1, 1)],
    ];

    [TestCaseSource(nameof(Cases))]
    public void Forward_joins_the_channels(Shape[] shapes)
    {
        double[][] xs = [.. shapes.Select((shape, i) => Values.Uniform(shape.Length, i))];
        var op = Keep(new ConcatenationOp(Session, shapes));
        var y = Empty(op.Output);
        op.Forward([.. shapes.Zip(xs, Tensor)], y);
        Assert.That(op.Output, Is.EqualTo(shapes[0] with { C = shapes.Sum(shape => shape.C) }));
        Assert.That(y.ToArray().Select(value => (double)value), Is.EqualTo(ConcatenationReference.Forward(shapes, xs)));
    }

    [TestCaseSource(nameof(Cases))]
    public void Backward_takes_the_gradient_apart(Shape[] shapes)
    {
        var op = Keep(new ConcatenationOp(Session, shapes));
        double[] dy = Values.Uniform(op.Output.Length, 1);
        Tensor[] dxs = [.. shapes.Select(Empty)];
        op.Backward(Tensor(op.Output, dy), dxs);
        double[][] expected = ConcatenationReference.Backward(shapes, dy);
        for (int i = 0; i < shapes.Length; i++)
            Assert.That(dxs[i].ToArray().Select(value => (double)value), Is.EqualTo(expected[i]), $"dx[{i}]");
    }

    [Test]
    public void Inputs_of_different_sizes_are_refused() => Assert.That(
        () => new ConcatenationOp(Session, [new(2, 3, 5, 7), new(2, 1, 5, 6)]),
        Throws.TypeOf<ShapeException>().With.Message.Contains("input 1 is 2×1×5×6").And.Message.Contains("2×3×5×7"));

    [TestCase(-2, -2, "input -2×-2×1×1 is empty")]
    [TestCase(1, int.MaxValue, "has more than")]
    public void Inputs_that_are_empty_or_too_long_are_refused(int n, int c, string expected) => Assert.That(
        () => new ConcatenationOp(Session, [new(n, c, 1, 1), new(n, c, 1, 1)]), Throws.TypeOf<ShapeException>().With.Message.Contains(expected));

    [Test]
    public void No_inputs_are_refused() => Assert.That(() => new ConcatenationOp(Session, []), Throws.TypeOf<ShapeException>().With.Message.Contains("no inputs"));

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var op = Keep(new ConcatenationOp(Session, [new(1, 2, 3, 4), new(1, 1, 3, 4)]));
        Tensor a = Empty(new(1, 2, 3, 4)), b = Empty(new(1, 1, 4, 3)), y = Empty(op.Output);
        Assert.That(() => op.Forward([a, b], y), Throws.TypeOf<ShapeException>().With.Message.Contains("x[1]").And.Message.Contains("1×1×4×3"));
        Assert.That(() => op.Forward([a], y), Throws.TypeOf<ShapeException>().With.Message.Contains("1 tensors"));
    }
}
