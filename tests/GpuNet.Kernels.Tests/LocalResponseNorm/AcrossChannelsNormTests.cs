using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.LocalResponseNorm;

public sealed class AcrossChannelsNormTests(string device) : DeviceFixture(device)
{
    private static readonly LocalResponseNormParameters[] Constants = [new(5, 1e-4f, 0.75f), new(3, 1.5f, 0.75f, 2), new(5, 0.8f, 0.6f), new(1, 1, 1), new(7, 1.2f, 0.75f)];
    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(2, 7, 3, 5), new(3, 2, 4, 4), new(1, 17, 2, 9), new(1, 6, 25, 41), new(1, 3, 1, 1030), new(1, 96, 7, 7)];

    [Test]
    public void Forward_divides_by_the_power_of_the_mean_square([ValueSource(nameof(Shapes))] Shape shape, [ValueSource(nameof(Constants))] LocalResponseNormParameters parameters)
    {
        double[] x = Values.Uniform(shape.Length, 1, -3, 3);
        var y = Empty(shape);
        Keep(new AcrossChannelsNormOp(Session, shape, parameters)).Forward(Tensor(shape, x), y);
        Close.To(LocalResponseNormReference.AcrossChannels(shape, parameters, x), y.ToArray(), parameters.Size, "y");
    }

    [Test]
    public void Backward_is_the_gradient([ValueSource(nameof(Shapes))] Shape shape, [ValueSource(nameof(Constants))] LocalResponseNormParameters parameters)
    {
        double[] x = Values.Uniform(shape.Length, 1, -3, 3);
        double[] dy = Values.Uniform(shape.Length, 2);
        var dx = Empty(shape);
        Keep(new AcrossChannelsNormOp(Session, shape, parameters)).Backward(Tensor(shape, x), Tensor(shape, dy), dx);
        Close.To(LocalResponseNormReference.AcrossChannelsGradient(shape, parameters, x, dy), dx.ToArray(), parameters.Size, "dx");
    }

    [Test]
    public void A_mask_lets_the_gradient_through_where_it_is_above_0([ValueSource(nameof(Shapes))] Shape shape)
    {
        var parameters = Constants[1];
        double[] x = Values.Uniform(shape.Length, 1, -3, 3), dy = Values.Uniform(shape.Length, 2), mask = ReluMaskReference.Masks(shape.Length);
        var dx = Empty(shape);
        Keep(new AcrossChannelsNormOp(Session, shape, parameters)).Backward(Tensor(shape, x), Tensor(shape, dy), dx, Tensor(shape, mask));
        Close.To(ReluMaskReference.Apply(LocalResponseNormReference.AcrossChannelsGradient(shape, parameters, x, dy), mask), dx.ToArray(), parameters.Size, "dx");
    }

    [Test]
    public void Squares_that_overflow_give_0()
    {
        var shape = new Shape(1, 3, 4, 4);
        var op = Keep(new AcrossChannelsNormOp(Session, shape, new(3, 1e-4f, 0.75f, 1)));
        double[] x = [.. Enumerable.Range(0, (int)shape.Length).Select(i => i == 0 ? 3e21 : 1)];
        Tensor tx = Tensor(shape, x), y = Empty(shape);
        op.Forward(tx, y);
        // The first pixel of channels 0 and 1, whose windows have the large value.
        Assert.That(y.ToArray()[0], Is.Zero);
        Assert.That(y.ToArray()[16], Is.Zero);
        Assert.That(y.ToArray(), Has.None.NaN);
    }

    [Test]
    public void Alpha_is_divided_by_the_size()
    {
        // Five channels of 1 with α = 5 and β = 1: the middle one is divided by 1 + 5/5·5 = 6.
        var shape = new Shape(1, 5, 1, 1);
        var y = Empty(shape);
        Keep(new AcrossChannelsNormOp(Session, shape, new(5, 5f, 1f))).Forward(Tensor(shape, [1, 1, 1, 1, 1]), y);
        Close.To([1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 5, 1.0 / 4], y.ToArray(), 5, "y");
    }

    [TestCase(4, 1f, 1f, "size 4")]
    [TestCase(-1, 1f, 1f, "size -1")]
    [TestCase(257, 1f, 1f, "size 257")]
    [TestCase(5, -1f, 1f, "alpha -1")]
    [TestCase(5, 1f, 0f, "k 0")]
    [TestCase(5, float.NaN, 1f, "alpha NaN")]
    public void Impossible_constants_are_refused(int size, float alpha, float k, string named) => Assert.That(
        () => new AcrossChannelsNormOp(Session, new(1, 2, 3, 3), new(size, alpha, 0.75f, k)), Throws.ArgumentException.With.Message.Contains(named));

    [TestCase(-2, -2, "empty")]
    [TestCase(1, int.MaxValue, "has more than")]
    public void Shapes_that_are_empty_or_too_long_are_refused(int n, int c, string named) => Assert.That(
        () => new AcrossChannelsNormOp(Session, new(n, c, 1, 1), new(3, 1f, 0.75f)), Throws.TypeOf<ShapeException>().With.Message.Contains(named));

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var op = Keep(new AcrossChannelsNormOp(Session, new(1, 2, 3, 4), new(3, 1f, 0.75f)));
        Tensor x = Empty(new(1, 2, 3, 4)), y = Empty(new(1, 2, 4, 3));
        Assert.That(() => op.Forward(x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("1×2×4×3").And.Message.Contains("1×2×3×4"));
        Assert.That(() => op.Backward(x, x, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("mask").And.Message.Contains("1×2×4×3"));
    }
}
