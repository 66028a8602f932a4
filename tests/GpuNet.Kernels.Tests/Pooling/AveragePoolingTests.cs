using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Pooling;

public sealed class AveragePoolingTests(string device) : DeviceFixture(device)
{
    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Forward_is_the_mean_of_each_window(PoolingGeometry geometry)
    {
        double[] x = Values.Uniform(geometry.Input.Length, 1);
        var y = Empty(geometry.Output);
        Keep(new AveragePoolingOp(Session, geometry)).Forward(Tensor(geometry.Input, x), y);
        Close.To(PoolingReference.Average(geometry.Input, x, geometry.Filter, geometry.Stride, geometry.Padding), y.ToArray(), Reduction(geometry), "y");
    }

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void Backward_spreads_the_gradient_over_each_window(PoolingGeometry geometry)
    {
        double[] dy = Values.Uniform(geometry.Output.Length, 2);
        var dx = Empty(geometry.Input);
        Keep(new AveragePoolingOp(Session, geometry)).Backward(Tensor(geometry.Output, dy), dx);
        Close.To(PoolingReference.AverageGradient(geometry.Input, dy, geometry.Filter, geometry.Stride, geometry.Padding), dx.ToArray(), Reduction(geometry), "dx");
    }

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void A_mask_lets_the_gradient_through_where_it_is_above_0(PoolingGeometry geometry)
    {
        double[] dy = Values.Uniform(geometry.Output.Length, 2), mask = ReluMaskReference.Masks(geometry.Input.Length);
        var dx = Empty(geometry.Input);
        Keep(new AveragePoolingOp(Session, geometry)).Backward(Tensor(geometry.Output, dy), dx, Tensor(geometry.Input, mask));
        double[] unmasked = PoolingReference.AverageGradient(geometry.Input, dy, geometry.Filter, geometry.Stride, geometry.Padding);
        Close.To(ReluMaskReference.Apply(unmasked, mask), dx.ToArray(), Reduction(geometry), "dx");
    }

    [Test]
    public void The_overhang_of_the_last_window_does_not_count()
    {
        // 16 → 8: the last row and column have 6 pixels, the corner 4.
        var geometry = new PoolingGeometry(new(1, 1, 16, 16), 3, 2, 0);
        var y = Empty(geometry.Output);
        Keep(new AveragePoolingOp(Session, geometry)).Forward(Tensor(geometry.Input, [.. Enumerable.Repeat(1.0, 256)]), y);
        Assert.That(y.ToArray(), Is.All.EqualTo(1f));
    }

    [Test]
    public void Padding_counts_as_zeros()
    {
        var geometry = new PoolingGeometry(new(1, 1, 2, 2), 3, 1, 1);
        var y = Empty(geometry.Output);
        Keep(new AveragePoolingOp(Session, geometry)).Forward(Tensor(geometry.Input, [9, 9, 9, 9]), y);
        Assert.That(y.ToArray(), Is.All.EqualTo(4f));
    }

    [Test]
    public void A_row_may_be_longer_than_a_stack()
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only the CPU's kernels keep values on a stack.");
        const int width = 1_200_000;
        var geometry = new PoolingGeometry(new(1, 1, 1, width), new(1, 2), new(1, 2), 0);
        var op = Keep(new AveragePoolingOp(Session, geometry));
        Tensor x = Tensor(geometry.Input, [.. Enumerable.Repeat(1.0, width)]), y = Empty(geometry.Output);
        op.Forward(x, y);
        Assert.That(y.ToArray().All(value => value == 1f), Is.True);
        op.Backward(y, x);
        Assert.That(x.ToArray().All(value => value == 0.5f), Is.True);
    }

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var geometry = new PoolingGeometry(new(1, 2, 8, 8), 3, 2, 0);
        var op = Keep(new AveragePoolingOp(Session, geometry));
        Tensor dy = Empty(geometry.Output), dx = Empty(new(1, 2, 8, 7));
        Assert.That(() => op.Backward(dy, dx), Throws.TypeOf<ShapeException>().With.Message.Contains("1×2×8×7").And.Message.Contains("1×2×8×8"));
        Assert.That(() => op.Backward(dy, Empty(geometry.Input), dx), Throws.TypeOf<ShapeException>().With.Message.Contains("mask").And.Message.Contains("1×2×8×7"));
    }

    private static long Reduction(PoolingGeometry geometry) => geometry.Filter.Height * geometry.Filter.Width;
}
