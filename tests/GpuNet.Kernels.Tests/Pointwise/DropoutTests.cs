using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Pointwise;

public sealed class DropoutTests(string device) : DeviceFixture(device)
{
    // The seed's upper half and the stream's matter too.
    private const ulong Seed = 0x9876_5432_1234_5678, Stream = 0x8000_0000_0000_0005;

    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(1, 1, 1, 2), new(1, 7, 1, 1), new(3, 5, 3, 7), new(2, 16, 4, 4), new(5, 13, 11, 1)];

    [Test]
    public void Forward_and_backward_equal_the_reference_on_every_device(
        [ValueSource(nameof(Shapes))] Shape shape, [Values(0.5f, 0.25f)] float ratio, [Values(0, 1, 5_000_000_000)] long iteration)
    {
        double[] x = Values.Uniform(shape.Length, 1), dy = Values.Uniform(shape.Length, 2);
        double[] factors = DropoutReference.Factors((int)shape.Length, ratio, Seed, Stream, iteration);
        Tensor y = Empty(shape), dx = Empty(shape);
        var op = Keep(new DropoutOp(Session, ratio, Seed, Stream));
        op.Forward(Tensor(shape, x), y, iteration);
        op.Backward(Tensor(shape, dy), dx, iteration);
        Close.To([.. x.Zip(factors, (value, factor) => value * factor)], y.ToArray(), 1, "y");
        Close.To([.. dy.Zip(factors, (value, factor) => value * factor)], dx.ToArray(), 1, "dx");
    }

    [TestCase(0.1f)]
    [TestCase(0.5f)]
    [TestCase(0.7f)]
    public void The_share_of_dropped_values_is_the_ratio(float ratio)
    {
        float[] mask = Mask(ratio, iteration: 3);
        double dropped = mask.Count(value => value == 0) / (double)mask.Length;
        Assert.That(dropped, Is.EqualTo(ratio).Within(4 * Math.Sqrt(ratio * (1 - ratio) / mask.Length)));
        Assert.That(mask.Where(value => value != 0), Is.All.EqualTo((float)(1 / (1.0 - ratio))));
    }

    [Test]
    public void Iterations_streams_and_seeds_have_masks_of_their_own()
    {
        float[] mask = Mask(0.5f, iteration: 3);
        // Two independent masks agree in half of their 20,000 places; a standard deviation is 0.0035.
        Assert.That(Agreement(mask, Mask(0.5f, iteration: 3)), Is.EqualTo(1));
        Assert.That(Agreement(mask, Mask(0.5f, iteration: 4)), Is.EqualTo(0.5).Within(0.014));
        Assert.That(Agreement(mask, Mask(0.5f, iteration: 3, stream: Stream + 1)), Is.EqualTo(0.5).Within(0.014));
        Assert.That(Agreement(mask, Mask(0.5f, iteration: 3, seed: Seed + 1)), Is.EqualTo(0.5).Within(0.014));
        Assert.That(Agreement(mask[1..], mask[..^1]), Is.EqualTo(0.5).Within(0.014));
    }

    [Test]
    public void In_place_equals_out_of_place()
    {
        var shape = new Shape(3, 5, 3, 7);
        var x = Tensor(shape, Values.Uniform(shape.Length, 1));
        var y = Empty(shape);
        var op = Keep(new DropoutOp(Session, 0.5f, Seed, Stream));
        op.Forward(x, y, 7);
        op.Forward(x, x, 7);
        Assert.That(x.ToArray(), Is.EqualTo(y.ToArray()));
    }

    [Test]
    public void The_gradient_of_ReLU_and_dropout_in_one_has_the_bits_of_both_in_turn([ValueSource(nameof(Shapes))] Shape shape, [Values(0f, 0.25f)] float ratio)
    {
        double[] x = Values.Uniform(shape.Length, 1), dy = Values.Uniform(shape.Length, 2);
        x[^1] = double.NaN;
        dy[0] = double.NaN;
        Tensor rectified = Empty(shape), y = Empty(shape), dropped = Empty(shape), expected = Empty(shape), gradient = Tensor(shape, dy);
        var relu = Keep(new ReluOp(Session));
        var op = Keep(new DropoutOp(Session, ratio, Seed, Stream));
        relu.Forward(Tensor(shape, x), rectified);
        op.Forward(rectified, y, 7);
        op.Backward(gradient, dropped, 7);
        relu.Backward(rectified, dropped, expected);
        op.BackwardOfPositive(y, gradient, gradient);
        Assert.That(gradient.ToArray().Select(BitConverter.SingleToInt32Bits), Is.EqualTo(expected.ToArray().Select(BitConverter.SingleToInt32Bits)));
    }

    [Test]
    public void A_ratio_of_0_is_the_identity()
    {
        var shape = new Shape(2, 3, 5, 7);
        var x = Tensor(shape, Values.Uniform(shape.Length, 1));
        var y = Empty(shape);
        Keep(new DropoutOp(Session, 0, Seed, Stream)).Forward(x, y, 1);
        Assert.That(y.ToArray(), Is.EqualTo(x.ToArray()));
    }

    [Test]
    public void A_NaN_is_kept_or_dropped_like_any_value()
    {
        var shape = Shape.Vector(101);
        var x = Tensor(shape, [.. Enumerable.Repeat(double.NaN, 101)]);
        var y = Empty(shape);
        Keep(new DropoutOp(Session, 0.5f, Seed, Stream)).Forward(x, y, 0);
        double[] factors = DropoutReference.Factors(101, 0.5, Seed, Stream, 0);
        Assert.That(y.ToArray(), Is.EqualTo(factors.Select(factor => factor == 0 ? 0 : float.NaN)));
    }

    [TestCase(1f)]
    [TestCase(-0.1f)]
    [TestCase(float.NaN)]
    public void A_ratio_that_is_no_share_below_1_is_refused(float ratio) =>
        Assert.That(() => new DropoutOp(Session, ratio, Seed, Stream), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("ratio"));

    [Test]
    public void Shapes_that_differ_and_negative_iterations_are_refused()
    {
        var op = Keep(new DropoutOp(Session, 0.5f, Seed, Stream));
        Tensor four = Empty(Shape.Vector(4)), five = Empty(Shape.Vector(5));
        Assert.That(() => op.Forward(four, five, 0), Throws.TypeOf<ShapeException>().With.Message.Contains("dropout: y"));
        Assert.That(() => op.Backward(four, five, 0), Throws.TypeOf<ShapeException>().With.Message.Contains("dropout: dx"));
        Assert.That(() => op.BackwardOfPositive(five, four, five), Throws.TypeOf<ShapeException>().With.Message.Contains("dropout: dy"));
        Assert.That(() => op.BackwardOfPositive(four, four, five), Throws.TypeOf<ShapeException>().With.Message.Contains("dropout: dx"));
        Assert.That(() => op.Forward(four, four, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("iteration -1"));
    }

    private static double Agreement(float[] a, float[] b) => a.Zip(b, (x, y) => x == y ? 1.0 : 0).Average();

    private float[] Mask(float ratio, long iteration, ulong stream = Stream, ulong seed = Seed)
    {
        var shape = Shape.Vector(20_000);
        var ones = Tensor(shape, [.. Enumerable.Repeat(1.0, 20_000)]);
        Keep(new DropoutOp(Session, ratio, seed, stream)).Forward(ones, ones, iteration);
        return ones.ToArray();
    }
}
