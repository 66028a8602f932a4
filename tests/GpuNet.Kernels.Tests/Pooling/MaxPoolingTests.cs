using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Pooling;

public sealed class MaxPoolingTests(string device) : DeviceFixture(device)
{
    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Forward_and_backward_agree_with_the_reference(PoolingGeometry geometry) =>
        Check(geometry, Values.Uniform(geometry.Input.Length, 1));

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Of_equal_values_the_first_in_row_major_order_wins(PoolingGeometry geometry) =>
        // Few distinct values, half of them equal: what ReLU leaves.
        Check(geometry, [.. Values.Uniform(geometry.Input.Length, 2).Select(value => Math.Round(Math.Max(value, 0) * 2))]);

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Padding_never_wins(PoolingGeometry geometry) =>
        Check(geometry, Values.Uniform(geometry.Input.Length, 3, -3, -2));

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void A_mask_lets_the_gradient_through_where_it_is_above_0(PoolingGeometry geometry) =>
        Check(geometry, Values.Uniform(geometry.Input.Length, 1), ReluMaskReference.Masks(geometry.Input.Length));

    [Test]
    public void A_window_of_minus_infinity_has_its_first_pixel_as_maximum()
    {
        var geometry = new PoolingGeometry(new(1, 2, 5, 6), 3, 2, 1);
        Check(geometry, [.. Enumerable.Repeat(double.NegativeInfinity, (int)geometry.Input.Length)]);
    }

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Infinities_are_values_like_others(PoolingGeometry geometry) =>
        Check(geometry, [.. Values.Uniform(geometry.Input.Length, 5, -2, 2).Select(value => value > 1.8 ? double.PositiveInfinity : value < 0 ? double.NegativeInfinity : value)]);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_NaN_passes_through_from_any_place(int stride)
    {
        var geometry = new PoolingGeometry(new(2, 9, 3, 3), 3, stride, 0);
        var x = new double[162];
        for (int plane = 0; plane < 18; plane++)
            x[plane * 9 + plane % 9] = double.NaN;
        var y = Empty(geometry.Output);
        y.Clear();
        Keep(new MaxPoolingOp(Session, geometry)).Forward(Tensor(geometry.Input, x), y, Empty(geometry.Output));
        Assert.That(y.ToArray(), Is.All.NaN);
    }

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var geometry = new PoolingGeometry(new(1, 2, 8, 8), 3, 2, 0);
        var op = Keep(new MaxPoolingOp(Session, geometry));
        Tensor x = Empty(geometry.Input), y = Empty(new(1, 2, 3, 3)), argmax = Empty(geometry.Output);
        Assert.That(() => op.Forward(x, y, argmax), Throws.TypeOf<ShapeException>().With.Message.Contains("1×2×3×3").And.Message.Contains("1×2×4×4"));
        Assert.That(() => op.Backward(argmax, argmax, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("mask").And.Message.Contains("1×2×3×3"));
    }

    private void Check(PoolingGeometry geometry, double[] values, double[]? mask = null)
    {
        var (expected, expectedArgmax) = PoolingReference.Max(geometry.Input, values, geometry.Filter, geometry.Stride, geometry.Padding);
        double[] gradient = Values.Uniform(geometry.Output.Length, 4);
        var op = Keep(new MaxPoolingOp(Session, geometry));
        Tensor y = Empty(geometry.Output), argmax = Empty(geometry.Output), dx = Empty(geometry.Input);
        op.Forward(Tensor(geometry.Input, values), y, argmax);
        op.Backward(Tensor(geometry.Output, gradient), argmax, dx, mask is null ? null : Tensor(geometry.Input, mask));

        Assert.That(y.ToArray().Select(value => (double)value), Is.EqualTo(expected), "y");
        Assert.That(argmax.ToArray().Select(BitConverter.SingleToInt32Bits), Is.EqualTo(expectedArgmax), "argmax");
        double[] expectedGradient = PoolingReference.MaxGradient(geometry.Input, geometry.Output.PlaneSize, gradient, expectedArgmax);
        Close.To(mask is null ? expectedGradient : ReluMaskReference.Apply(expectedGradient, mask), dx.ToArray(), geometry.Filter.Height * geometry.Filter.Width, "dx");
    }
}
