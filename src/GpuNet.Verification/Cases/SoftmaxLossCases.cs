using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Softmax loss with its totals, few classes and many, with items that are not counted.</summary>
internal static class SoftmaxLossCases
{
    public static IEnumerable<SelfTestCase> All => [.. Passes(5, 17, true), .. Passes(100, 10, false), .. Passes(1030, 3, false), .. Passes(32, 1000, false)];

    private static IEnumerable<SelfTestCase> Passes(int items, int classes, bool quick)
    {
        var shape = Shape.Matrix(items, classes);
        string text = $"{items} items, {classes} classes";
        yield return new("softmax loss", "forward", text, room =>
        {
            double[] scores = Values.Uniform(shape.Length, 1, -3, 3), labels = Labels(items, classes);
            using var op = new SoftmaxLossOp(room.Session, shape);
            var probabilities = room.Empty(shape);
            var totals = room.Empty(SoftmaxLossOp.TotalsShape);
            op.Forward(room.Tensor(shape, scores), room.Tensor(Shape.Matrix(items, 1), labels), probabilities, totals);
            double[] expected = SoftmaxLossReference.Totals(scores, labels, classes);
            room.Compare("probabilities", SoftmaxLossReference.Probabilities(scores, classes), probabilities, classes);
            room.Compare("loss", expected[..1], totals.Slice(0, Shape.Vector(1)), items);
            room.CompareExactly("hits", expected[1..], totals.Slice(1, Shape.Vector(3)));
        })
        { IsQuick = quick };
        yield return new("softmax loss", "backward", text, room =>
        {
            double[] scores = Values.Uniform(shape.Length, 1, -3, 3), labels = Labels(items, classes);
            const float weight = 0.25f;
            using var op = new SoftmaxLossOp(room.Session, shape, weight);
            var probabilities = room.Empty(shape);
            var dscores = room.Empty(shape);
            var labelTensor = room.Tensor(Shape.Matrix(items, 1), labels);
            op.Forward(room.Tensor(shape, scores), labelTensor, probabilities, room.Empty(SoftmaxLossOp.TotalsShape));
            op.Backward(probabilities, labelTensor, dscores);
            room.Compare("dscores", SoftmaxLossReference.Gradient(scores, labels, classes, weight), dscores, classes);
        })
        { IsQuick = quick };
    }

    // Every fifth item is not counted.
    private static double[] Labels(int items, int classes) =>
        [.. Values.Uniform(items, 2, 0, 1).Select((value, item) => item % 5 == 4 ? -1 : Math.Min(Math.Floor(value * classes), classes - 1))];
}
