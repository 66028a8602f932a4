using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.LocalResponseNorm;

public sealed class WithinChannelNormTests(string device) : DeviceFixture(device)
{
    private static readonly LocalResponseNormParameters[] Constants = [new(3, 5e-5f, 0.75f), new(3, 1.5f, 0.75f, 7), new(5, 2f, 0.6f), new(1, 1, 1), new(17, 2f, 0.75f)];
    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(2, 3, 16, 16), new(3, 5, 8, 8), new(1, 2, 7, 5), new(1, 2, 2, 37), new(3, 7, 6, 9), new(1, 16, 20, 12), new(1, 17, 1, 330)];

    [Test]
    public void Forward_divides_by_the_power_of_the_mean_square([ValueSource(nameof(Shapes))] Shape shape, [ValueSource(nameof(Constants))] LocalResponseNormParameters parameters)
    {
        double[] x = Values.Uniform(shape.Length, 1, -3, 3);
        var y = Empty(shape);
        Keep(new WithinChannelNormOp(Session, shape, parameters)).Forward(Tensor(shape, x), y);
        Close.To(LocalResponseNormReference.WithinChannel(shape, parameters, x), y.ToArray(), parameters.Size * parameters.Size, "y");
    }

    [Test]
    public void Backward_is_the_gradient([ValueSource(nameof(Shapes))] Shape shape, [ValueSource(nameof(Constants))] LocalResponseNormParameters parameters)
    {
        double[] x = Values.Uniform(shape.Length, 1, -3, 3);
        double[] dy = Values.Uniform(shape.Length, 2);
        var dx = Empty(shape);
        Keep(new WithinChannelNormOp(Session, shape, parameters)).Backward(Tensor(shape, x), Tensor(shape, dy), dx);
        Close.To(LocalResponseNormReference.WithinChannelGradient(shape, parameters, x, dy), dx.ToArray(), parameters.Size * parameters.Size, "dx");
    }

    [Test]
    public void A_mask_lets_the_gradient_through_where_it_is_above_0([ValueSource(nameof(Shapes))] Shape shape)
    {
        var parameters = Constants[1];
        double[] x = Values.Uniform(shape.Length, 1, -3, 3), dy = Values.Uniform(shape.Length, 2), mask = ReluMaskReference.Masks(shape.Length);
        var dx = Empty(shape);
        Keep(new WithinChannelNormOp(Session, shape, parameters)).Backward(Tensor(shape, x), Tensor(shape, dy), dx, Tensor(shape, mask));
        Close.To(ReluMaskReference.Apply(LocalResponseNormReference.WithinChannelGradient(shape, parameters, x, dy), mask), dx.ToArray(), parameters.Size * parameters.Size, "dx");
    }

    [Test]
    public void Alpha_is_divided_by_the_windows_pixels_and_k_is_1()
    {
        // 3 × 3 pixels of 1 with α = 9 and β = 1: each is divided by 1 + the pixels of the image in its window.
        var shape = new Shape(1, 1, 3, 3);
        var y = Empty(shape);
        Keep(new WithinChannelNormOp(Session, shape, new(3, 9f, 1f, 100))).Forward(Tensor(shape, [.. Enumerable.Repeat(1.0, 9)]), y);
        Close.To([.. new[] { 5, 7, 5, 7, 10, 7, 5, 7, 5 }.Select(s => 1.0 / s)], y.ToArray(), 9, "y");
    }

    [TestCase(4, 1f, 1f, "size 4")]
    [TestCase(-1, 1f, 1f, "size -1")]
    [TestCase(257, 1f, 1f, "size 257")]
    [TestCase(5, -1f, 1f, "alpha -1")]
    [TestCase(5, 1f, 0f, "k 0")]
    [TestCase(5, float.NaN, 1f, "alpha NaN")]
    public void Impossible_constants_are_refused(int size, float alpha, float k, string named) => Assert.That(
        () => new WithinChannelNormOp(Session, new(1, 2, 3, 3), new(size, alpha, 0.75f, k)), Throws.ArgumentException.With.Message.Contains(named));

    [TestCase(-2, -2, "empty")]
    [TestCase(1, int.MaxValue, "has more than")]
    public void Shapes_that_are_empty_or_too_long_are_refused(int n, int c, string named) => Assert.That(
        () => new WithinChannelNormOp(Session, new(n, c, 1, 1), new(3, 1f, 0.75f)), Throws.TypeOf<ShapeException>().With.Message.Contains(named));

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var op = Keep(new WithinChannelNormOp(Session, new(1, 2, 3, 4), new(3, 1f, 0.75f)));
        Tensor x = Empty(new(1, 2, 3, 4)), y = Empty(new(1, 2, 4, 3));
        Assert.That(() => op.Forward(x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("1×2×4×3").And.Message.Contains("1×2×3×4"));
        Assert.That(() => op.Backward(x, x, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("mask").And.Message.Contains("1×2×4×3"));
    }
}
