using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Concatenation, exactly, and the sum of the gradients that come back to a tensor with several readers.</summary>
internal static class ConcatenationCases
{
    public static IEnumerable<SelfTestCase> All =>
    [
        .. Joins(true, new(2, 3, 5, 7), new(2, 1, 5, 7)), .. Joins(false, new(3, 16, 4, 4), new(3, 5, 4, 4), new(3, 1, 4, 4), new(3, 9, 4, 4), new(3, 2, 4, 4)),
        .. Joins(false, new(4, 64, 28, 28), new(4, 128, 28, 28), new(4, 32, 28, 28), new(4, 32, 28, 28)),
        Sum(2, new(2, 3, 5, 7), true), Sum(5, new(3, 16, 4, 5), false), Sum(4, new(4, 192, 28, 28), false),
    ];

    private static IEnumerable<SelfTestCase> Joins(bool quick, params Shape[] shapes)
    {
        string text = $"{shapes[0]} and {string.Join(", ", shapes.Skip(1).Select(shape => shape.C))} channels";
        yield return new("concatenation", "forward", text, room =>
        {
            double[][] xs = [.. shapes.Select((shape, i) => Values.Uniform(shape.Length, i))];
            var op = new ConcatenationOp(room.Session, shapes);
            var y = room.Empty(op.Output);
            op.Forward([.. shapes.Zip(xs, room.Tensor)], y);
            room.CompareExactly("y", ConcatenationReference.Forward(shapes, xs), y);
        })
        { IsQuick = quick };
        yield return new("concatenation", "backward", text, room =>
        {
            var op = new ConcatenationOp(room.Session, shapes);
            double[] dy = Values.Uniform(op.Output.Length, 1);
            Tensor[] dxs = [.. shapes.Select(room.Empty)];
            op.Backward(room.Tensor(op.Output, dy), dxs);
            double[][] expected = ConcatenationReference.Backward(shapes, dy);
            for (int i = 0; i < shapes.Length; i++)
                room.CompareExactly($"dx {i}", expected[i], dxs[i]);
        })
        { IsQuick = quick };
    }

    private static SelfTestCase Sum(int terms, Shape shape, bool quick) => new("gradient sum", "masked", $"{terms} of {shape}", room =>
    {
        double[][] dys = [.. Enumerable.Range(0, terms).Select(term => Values.Uniform(shape.Length, term))];
        double[] mask = ReluMaskReference.Masks(shape.Length);
        double[] sum = [.. Enumerable.Range(0, dys[0].Length).Select(i => dys.Sum(dy => dy[i]))];
        var dx = room.Empty(shape);
        new GradientSumOp(room.Session, terms).Run([.. dys.Select(dy => room.Tensor(shape, dy))], dx, room.Tensor(shape, mask));
        room.Compare("dx", ReluMaskReference.Apply(sum, mask), dx, terms);
    })
    { IsQuick = quick };
}
