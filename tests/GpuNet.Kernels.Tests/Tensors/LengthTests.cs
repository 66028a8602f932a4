using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Tensors;

/// <summary>What 32-bit indices do not reach is refused, before any memory is taken.</summary>
public sealed class LengthTests(string device) : DeviceFixture(device)
{
    // One value more than an op's tensors may have.
    private static readonly Shape TooLong = Shape.Vector(int.MaxValue - 65534);

    [Test]
    public void Ops_of_one_shape_refuse_a_longer_one()
    {
        var norm = new LocalResponseNormParameters(5, 1e-4f, 0.75f);
        Refused(() => new AcrossChannelsNormOp(Session, TooLong, norm));
        Refused(() => new WithinChannelNormOp(Session, TooLong, norm));
        Refused(() => new MaxPoolingOp(Session, new(TooLong, 1, 1, 0)));
        Refused(() => new AveragePoolingOp(Session, new(TooLong, 1, 1, 0)));
        Refused(() => new ConcatenationOp(Session, [TooLong with { C = 1 << 30 }, TooLong with { C = 1 << 30 }]));
        Refused(() => new SoftmaxLossOp(Session, Shape.Matrix(1 << 16, 1 << 15)));
        Refused(() => new SoftmaxLossOp(Session, Shape.Matrix(1 << 29, 1)));
        Refused(() => new InnerProductOp(Session, new(new(1 << 16, 1, 1, 1), 1 << 15)));
    }

    // Pooling with padding and stride 1 has more windows than pixels.
    [Test]
    public void An_output_longer_than_the_input_is_refused_too() =>
        Refused(() => new AveragePoolingOp(Session, new(new(1 << 29, 1, 1, 1), 2, 1, 1)));

    [Test]
    public void Ops_of_any_shape_refuse_long_tensors()
    {
        var x = new Tensor(Session, Empty(Shape.Vector(1)).View, TooLong);
        Refused(() => new ReluOp(Session).Forward(x, x));
        Refused(() => new ReluOp(Session).Backward(x, x, x));
        Refused(() => new DropoutOp(Session, 0.5f, 1, 2).Forward(x, x, 0));
        Refused(() => new DropoutOp(Session, 0.5f, 1, 2).Backward(x, x, 0));
        Refused(() => new DropoutOp(Session, 0.5f, 1, 2).BackwardOfPositive(x, x, x));
        foreach (var check in UpdateCheck.All)
            Refused(() => check.Open(Session)(x, [x, x], x, 1, 0, 1));
        Refused(() => new GradientSumOp(Session, 2).Run([x, x], x));
    }

    [Test]
    public void Tiles_that_reach_far_past_the_ends_of_their_planes_are_refused()
    {
        // Of the second tile of each plane all columns but one lie behind the end.
        var limits = new DeviceLimits(GroupSize: 1024, SharedBytes: 48 * 1024, WarpSize: 32, Multiprocessors: 20);
        Refused(() => PixelTiles.Plan(limits, new(1, (int.MaxValue - 65535) / 33, 1, 33), PixelTiles.MostSize));
    }

    private void Refused(Func<object> make) => Refused(() => { make(); });

    private void Refused(Action action)
    {
        long before = Session.AllocatedBytes;
        Assert.That(action, Throws.TypeOf<ShapeException>().With.Message.Contains("has more than 2147418112 values"));
        Assert.That(Session.AllocatedBytes, Is.EqualTo(before), "allocated bytes");
    }
}
