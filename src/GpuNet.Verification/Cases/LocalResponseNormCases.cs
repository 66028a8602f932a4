using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Normalisation across channels and within them, with constants that bend the values and with those of the networks.</summary>
internal static class LocalResponseNormCases
{
    private static readonly LocalResponseNormParameters Strong = new(5, 0.8f, 0.6f, 2), Wide = new(7, 0.8f, 0.6f, 2), AlexNet = new(5, 1e-4f, 0.75f), Cifar10Full = new(3, 5e-5f, 0.75f);

    public static IEnumerable<SelfTestCase> All =>
    [
        .. Across(new(2, 7, 3, 5), Strong, true), .. Across(new(1, 9, 3, 5), Wide, true), .. Across(new(1, 17, 25, 41), Strong, false), .. Across(new(2, 96, 27, 27), AlexNet, false), .. Across(new(2, 192, 28, 28), AlexNet, false),
        .. Within(new(2, 3, 5, 7), Strong, true), .. Within(new(1, 3, 33, 70), Strong, false), .. Within(new(8, 32, 16, 16), Cifar10Full, false),
    ];

    private static IEnumerable<SelfTestCase> Across(Shape shape, LocalResponseNormParameters parameters, bool quick) => Passes(
        "norm across channels", shape, parameters, quick, session => new AcrossChannelsNormOp(session, shape, parameters),
        LocalResponseNormReference.AcrossChannels, LocalResponseNormReference.AcrossChannelsGradient, parameters.Size);

    private static IEnumerable<SelfTestCase> Within(Shape shape, LocalResponseNormParameters parameters, bool quick) => Passes(
        "norm within channels", shape, parameters, quick, session => new WithinChannelNormOp(session, shape, parameters),
        LocalResponseNormReference.WithinChannel, LocalResponseNormReference.WithinChannelGradient, parameters.Size * parameters.Size);

    private static IEnumerable<SelfTestCase> Passes(
        string name, Shape shape, LocalResponseNormParameters parameters, bool quick, Func<Kernels.Devices.DeviceSession, LocalResponseNormOp> open,
        Func<Shape, LocalResponseNormParameters, double[], double[]> forward, Func<Shape, LocalResponseNormParameters, double[], double[], double[]> gradient, int terms)
    {
        string text = FormattableString.Invariant($"{shape}, n {parameters.Size}, α {parameters.Alpha}, β {parameters.Beta}");
        yield return new(name, "forward", text, room =>
        {
            double[] x = Values.Uniform(shape.Length, 1, -3, 3);
            var y = room.Empty(shape);
            open(room.Session).Forward(room.Tensor(shape, x), y);
            room.Compare("y", forward(shape, parameters, x), y, terms);
        })
        { IsQuick = quick };
        yield return new(name, "backward, masked", text, room =>
        {
            double[] x = Values.Uniform(shape.Length, 1, -3, 3), dy = Values.Uniform(shape.Length, 2), mask = ReluMaskReference.Masks(shape.Length);
            var dx = room.Empty(shape);
            open(room.Session).Backward(room.Tensor(shape, x), room.Tensor(shape, dy), dx, room.Tensor(shape, mask));
            room.Compare("dx", ReluMaskReference.Apply(gradient(shape, parameters, x, dy), mask), dx, terms);
        })
        { IsQuick = quick };
    }
}
