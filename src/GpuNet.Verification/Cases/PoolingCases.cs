using GpuNet.Kernels.Pooling;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Max and average pooling: clipped, padded, overlapping and separate windows, and those of cifar10, AlexNet and GoogLeNet.</summary>
internal static class PoolingCases
{
    private static readonly (PoolingGeometry Geometry, bool Quick)[] Sizes =
    [
        (new(new(2, 3, 13, 9), 3, 2, 0), true), (new(new(1, 2, 8, 7), 2, 3, 1), true), (new(new(1, 3, 5, 41), new(2, 5), new(1, 2), new(0, 3)), false),
        (new(new(8, 32, 32, 32), 3, 2, 0), false), (new(new(2, 96, 55, 55), 3, 2, 0), false), (new(new(4, 192, 28, 28), 3, 1, 1), false), (new(new(4, 1024, 7, 7), 7, 1, 0), false),
    ];

    public static IEnumerable<SelfTestCase> All => Sizes.SelectMany(size => Passes(size.Geometry).Select(test => test with { IsQuick = size.Quick }));

    private static IEnumerable<SelfTestCase> Passes(PoolingGeometry g)
    {
        const string max = "max pooling", average = "average pooling";
        string shape = $"{g.Input}, {g.Filter}, stride {g.Stride}, padding {g.Padding}";
        long terms = (long)g.Filter.Height * g.Filter.Width;
        yield return new(max, "forward", shape, room =>
        {
            // Half of them equal: what a ReLU leaves.
            double[] x = [.. Values.Uniform(g.Input.Length, 2).Select(value => Math.Round(Math.Max(value, 0) * 2))];
            var (expected, places) = PoolingReference.Max(g.Input, x, g.Filter, g.Stride, g.Padding);
            var y = room.Empty(g.Output);
            var argmax = room.Empty(g.Output);
            new MaxPoolingOp(room.Session, g).Forward(room.Tensor(g.Input, x), y, argmax);
            room.CompareExactly("y", expected, y);
            // As floats the bits of small ints are denormal numbers, each with its own value.
            room.CompareExactly("argmax", [.. places.Select(place => (double)BitConverter.Int32BitsToSingle(place))], argmax);
        });
        yield return new(max, "backward, masked", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), dy = Values.Uniform(g.Output.Length, 4), mask = ReluMaskReference.Masks(g.Input.Length);
            var op = new MaxPoolingOp(room.Session, g);
            var argmax = room.Empty(g.Output);
            var dx = room.Empty(g.Input);
            op.Forward(room.Tensor(g.Input, x), room.Empty(g.Output), argmax);
            op.Backward(room.Tensor(g.Output, dy), argmax, dx, room.Tensor(g.Input, mask));
            int[] places = PoolingReference.Max(g.Input, x, g.Filter, g.Stride, g.Padding).Argmax;
            room.Compare("dx", ReluMaskReference.Apply(PoolingReference.MaxGradient(g.Input, g.Output.PlaneSize, dy, places), mask), dx, terms);
        });
        yield return new(average, "forward", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1);
            var y = room.Empty(g.Output);
            new AveragePoolingOp(room.Session, g).Forward(room.Tensor(g.Input, x), y);
            room.Compare("y", PoolingReference.Average(g.Input, x, g.Filter, g.Stride, g.Padding), y, terms);
        });
        yield return new(average, "backward, masked", shape, room =>
        {
            double[] dy = Values.Uniform(g.Output.Length, 2), mask = ReluMaskReference.Masks(g.Input.Length);
            var dx = room.Empty(g.Input);
            new AveragePoolingOp(room.Session, g).Backward(room.Tensor(g.Output, dy), dx, room.Tensor(g.Input, mask));
            room.Compare("dx", ReluMaskReference.Apply(PoolingReference.AverageGradient(g.Input, dy, g.Filter, g.Stride, g.Padding), mask), dx, terms);
        });
    }
}
