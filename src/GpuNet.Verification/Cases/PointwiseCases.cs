using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>ReLU, exactly, and dropout, whose mask is the same on every device.</summary>
internal static class PointwiseCases
{
    // The seed's upper half, the stream's and the iteration's matter too.
    private const ulong Seed = 0x9876_5432_1234_5678, Stream = 0x8000_0000_0000_0005;
    private const long Iteration = 5_000_000_000;

    public static IEnumerable<SelfTestCase> All =>
    [
        .. Relu(new(2, 3, 5, 7), true), .. Relu(new(4, 64, 56, 56), false),
        .. Dropout(new(3, 5, 3, 7), 0.25f, true), .. Dropout(new(5, 13, 11, 1), 0.5f, false), .. Dropout(new(32, 4096, 1, 1), 0.5f, false),
    ];

    private static IEnumerable<SelfTestCase> Relu(Shape shape, bool quick)
    {
        yield return new("ReLU", "forward", $"{shape}", room =>
        {
            double[] x = Values.Uniform(shape.Length, 1);
            var y = room.Empty(shape);
            new ReluOp(room.Session).Forward(room.Tensor(shape, x), y);
            room.CompareExactly("y", [.. x.Select(value => Math.Max(value, 0))], y);
        })
        { IsQuick = quick };
        yield return new("ReLU", "backward", $"{shape}", room =>
        {
            double[] y = ReluMaskReference.Masks(shape.Length), dy = Values.Uniform(shape.Length, 2);
            var dx = room.Empty(shape);
            new ReluOp(room.Session).Backward(room.Tensor(shape, y), room.Tensor(shape, dy), dx);
            room.CompareExactly("dx", ReluMaskReference.Apply(dy, y), dx);
        })
        { IsQuick = quick };
    }

    private static IEnumerable<SelfTestCase> Dropout(Shape shape, float ratio, bool quick)
    {
        string text = FormattableString.Invariant($"{shape}, ratio {ratio}");
        yield return new("dropout", "forward and backward", text, room =>
        {
            double[] x = Values.Uniform(shape.Length, 1), dy = Values.Uniform(shape.Length, 2);
            double[] factors = DropoutReference.Factors((int)shape.Length, ratio, Seed, Stream, Iteration);
            var op = new DropoutOp(room.Session, ratio, Seed, Stream);
            var y = room.Empty(shape);
            var dx = room.Empty(shape);
            op.Forward(room.Tensor(shape, x), y, Iteration);
            op.Backward(room.Tensor(shape, dy), dx, Iteration);
            room.Compare("y", [.. x.Zip(factors, (value, factor) => value * factor)], y, 1);
            room.Compare("dx", [.. dy.Zip(factors, (value, factor) => value * factor)], dx, 1);
        })
        { IsQuick = quick };
        yield return new("dropout", "backward with ReLU", text, room =>
        {
            double[] y = [.. Values.Uniform(shape.Length, 1).Select(value => Math.Max(value, 0))], dy = Values.Uniform(shape.Length, 2);
            var dx = room.Empty(shape);
            new DropoutOp(room.Session, ratio, Seed, Stream).BackwardOfPositive(room.Tensor(shape, y), room.Tensor(shape, dy), dx);
            room.Compare("dx", [.. dy.Zip(y, (value, output) => output > 0 ? value / (1 - ratio) : 0)], dx, 1);
        })
        { IsQuick = quick };
    }
}
