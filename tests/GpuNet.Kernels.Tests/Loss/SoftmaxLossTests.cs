using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Loss;

public sealed class SoftmaxLossTests(string device) : DeviceFixture(device)
{
    private static readonly Shape[] Shapes =
        [new(1, 1, 1, 1), new(1, 10, 1, 1), new(3, 16, 1, 1), new(5, 17, 1, 1), new(67, 33, 1, 1), new(2, 1003, 1, 1), new(1030, 3, 1, 1), new(4, 1000, 1, 1), new(2, 22000, 1, 1), new(1000, 10, 1, 1), new(7, 1, 1, 1)];

    [TestCaseSource(nameof(Shapes))]
    public void Probabilities_and_totals_equal_the_reference(Shape shape)
    {
        double[] scores = Scores(shape), labels = Labels(shape);
        var (probabilities, totals) = Forward(shape, scores, labels);
        double[] expected = SoftmaxLossReference.Totals(scores, labels, shape.C);
        Close.To(SoftmaxLossReference.Probabilities(scores, shape.C), probabilities, shape.C, "probabilities");
        Close.To(expected[..1], totals[..1], shape.N, "loss");
        Assert.That(totals[1..], Is.EqualTo(expected[1..]), "hits and counted items");
    }

    [TestCaseSource(nameof(Shapes))]
    public void The_gradient_equals_the_reference(Shape shape)
    {
        double[] scores = Scores(shape), labels = Labels(shape);
        Close.To(SoftmaxLossReference.Gradient(scores, labels, shape.C, 1), Gradient(shape, scores, labels), shape.C, "dscores");
    }

    [TestCase(1f)]
    [TestCase(0.3f)]
    public void The_gradient_is_the_derivative_of_the_weighted_mean_loss(float lossWeight)
    {
        var shape = Shape.Matrix(4, 7);
        double[] scores = Scores(shape), labels = [2, -1, 6, 0];
        double[] derivative = [.. Enumerable.Range(0, scores.Length).Select(i => (MeanLoss(i, 1e-5) - MeanLoss(i, -1e-5)) / 2e-5)];
        Close.To(derivative, Gradient(shape, scores, labels, lossWeight), shape.C, "dscores");

        double MeanLoss(int i, double step)
        {
            double[] moved = [.. scores];
            moved[i] += step;
            return lossWeight * SoftmaxLossReference.Totals(moved, labels, shape.C)[0] / 3;
        }
    }

    [Test]
    public void The_gradient_may_overwrite_the_probabilities()
    {
        var shape = Shape.Matrix(3, 37);
        double[] scores = Scores(shape), labels = [36, -1, 5];
        var probabilities = Tensor(shape, SoftmaxLossReference.Probabilities(scores, shape.C));
        var op = Keep(new SoftmaxLossOp(Session, shape));
        op.Backward(probabilities, Tensor(Shape.Matrix(3, 1), labels), probabilities);
        Close.To(SoftmaxLossReference.Gradient(scores, labels, shape.C, 1), probabilities.ToArray(), shape.C, "dscores");
    }

    // Rows: alone at the top; a tie at the top; fifth; tied for the fifth place; sixth.
    [TestCase(new double[] { 9, 1, 2, 3, 4, 5, 6, 7 }, 1, 1)]
    [TestCase(new double[] { 9, 9, 2, 3, 4, 5, 6, 7 }, 0, 1)]
    [TestCase(new double[] { 5, 1, 2, 3, 6, 7, 8, 9 }, 0, 1)]
    [TestCase(new double[] { 5, 5, 2, 3, 6, 7, 8, 9 }, 0, 0)]
    [TestCase(new double[] { 5, 1, 2, 6, 6, 7, 8, 9 }, 0, 0)]
    public void Ties_count_against_the_true_class(double[] scores, int top1, int top5)
    {
        var (_, totals) = Forward(Shape.Matrix(1, 8), scores, [0]);
        Assert.That(totals[1..], Is.EqualTo(new float[] { top1, top5, 1 }));
    }

    [Test]
    public void Large_scores_do_not_overflow_and_the_loss_is_bounded([Values(3, 40)] int classes)
    {
        var shape = Shape.Matrix(2, classes);
        double[] scores = [.. Enumerable.Range(0, 2 * classes).Select(i => i % 2 == 0 ? 1e4 : -1e4)];
        double[] labels = [0, classes % 2 == 0 ? 1 : 0];
        var (probabilities, totals) = Forward(shape, scores, labels);
        Close.To(SoftmaxLossReference.Probabilities(scores, classes), probabilities, classes, "probabilities");
        Close.To(SoftmaxLossReference.Totals(scores, labels, classes)[..1], totals[..1], 2, "loss");
        Assert.That(totals[0], Is.InRange(-Math.Log(1.1754944e-38), 100), "one item has probability 0");
    }

    [Test]
    public void Only_the_differences_of_scores_count([Values(3, 40)] int classes, [Values(-1024, 1024)] int offset)
    {
        var shape = Shape.Matrix(2, classes);
        double[] scores = [.. Enumerable.Range(0, 2 * classes).Select(i => i % 7 * 0.5)], labels = [1, 2];
        var (probabilities, totals) = Forward(shape, [.. scores.Select(score => score + offset)], labels);
        Close.To(SoftmaxLossReference.Probabilities(scores, classes), probabilities, classes, "probabilities");
        Close.To(SoftmaxLossReference.Totals(scores, labels, classes)[..1], totals[..1], 2, "loss");
    }

    [Test]
    public void A_NaN_score_makes_the_loss_NaN_and_its_item_no_hit([Values(0, 1, -1)] int position, [Values(3, 39)] int classes)
    {
        var shape = Shape.Matrix(1, classes);
        double[] scores = new double[classes];
        scores[1] = 1;
        scores[(position + classes) % classes] = double.NaN;
        var (probabilities, totals) = Forward(shape, scores, [1]);
        Assert.That(probabilities, Is.All.NaN);
        Assert.That(totals[0], Is.NaN);
        Assert.That(totals[1..], Is.EqualTo(new float[] { 0, 0, 1 }));
    }

    [Test]
    public void Items_with_a_negative_label_count_for_nothing_whatever_their_scores()
    {
        double[] scores = [double.NaN, 1, 2, 3, 2, 1];
        var (_, totals) = Forward(Shape.Matrix(2, 3), scores, [-1, 0]);
        double loss = -Math.Log(1 / (1 + Math.Exp(-1) + Math.Exp(-2)));
        Assert.That(totals[0], Is.EqualTo(loss).Within(1e-6));
        Assert.That(totals[1..], Is.EqualTo(new float[] { 1, 1, 1 }));
        Assert.That(Gradient(Shape.Matrix(2, 3), scores, [-1, 0])[..3], Is.All.Zero);
    }

    [Test]
    public void Nothing_counted_gives_zeros()
    {
        var shape = Shape.Matrix(3, 5);
        var (_, totals) = Forward(shape, Scores(shape), [-1, -1, -1]);
        Assert.That(totals, Is.All.Zero);
        Assert.That(Gradient(shape, Scores(shape), [-1, -1, -1]), Is.All.Zero);
    }

    [TestCase(3)]
    [TestCase(1e9)]
    [TestCase(1.5)]
    [TestCase(double.NaN)]
    public void A_label_that_is_no_class_makes_the_loss_NaN(double label)
    {
        var shape = Shape.Matrix(2, 3);
        var (_, totals) = Forward(shape, Scores(shape), [0, label]);
        Assert.That(totals[0], Is.NaN);
        Assert.That(totals[3], Is.EqualTo(2));
    }

    [Test]
    public void The_same_batch_gives_the_same_bits_again()
    {
        var shape = Shape.Matrix(131, 21);
        var scores = Tensor(shape, Scores(shape));
        var labels = Tensor(Shape.Matrix(131, 1), Labels(shape));
        var probabilities = Empty(shape);
        var op = Keep(new SoftmaxLossOp(Session, shape));
        float[][] runs = [.. Enumerable.Range(0, 3).Select(_ => Run())];
        Assert.That(runs[1], Is.EqualTo(runs[0]));
        Assert.That(runs[2], Is.EqualTo(runs[0]));

        float[] Run()
        {
            var totals = Empty(SoftmaxLossOp.TotalsShape);
            op.Forward(scores, labels, probabilities, totals);
            return [.. totals.ToArray(), .. probabilities.ToArray()];
        }
    }

    [Test]
    public void Shapes_and_weights_that_do_not_fit_are_refused()
    {
        Assert.That(() => new SoftmaxLossOp(Session, new(2, 3, 4, 1)), Throws.TypeOf<ShapeException>().With.Message.Contains("2×3×4×1"));
        Assert.That(() => new SoftmaxLossOp(Session, Shape.Matrix(1 << 29, 3)), Throws.TypeOf<ShapeException>().With.Message.Contains("536870912×4×1×1 has more than"));
        Assert.That(() => new SoftmaxLossOp(Session, Shape.Matrix(2, 3), float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("weight"));
        var op = Keep(new SoftmaxLossOp(Session, Shape.Matrix(2, 3)));
        Tensor scores = Empty(Shape.Matrix(2, 3)), labels = Empty(Shape.Vector(2)), totals = Empty(SoftmaxLossOp.TotalsShape);
        Assert.That(() => op.Forward(scores, labels, scores, totals), Throws.TypeOf<ShapeException>().With.Message.Contains("labels").And.Message.Contains("1×2×1×1"));
    }

    private static double[] Scores(Shape shape) => Values.Uniform(shape.Length, 1, -3, 3);

    // Every fifth item is not counted.
    private static double[] Labels(Shape shape) =>
        [.. Values.Uniform(shape.N, 2, 0, 1).Select((value, item) => item % 5 == 4 ? -1 : Math.Min(Math.Floor(value * shape.C), shape.C - 1))];

    private (float[] Probabilities, float[] Totals) Forward(Shape shape, double[] scores, double[] labels)
    {
        var probabilities = Empty(shape);
        var totals = Empty(SoftmaxLossOp.TotalsShape);
        var op = Keep(new SoftmaxLossOp(Session, shape));
        op.Forward(Tensor(shape, scores), Tensor(Shape.Matrix(shape.N, 1), labels), probabilities, totals);
        return (probabilities.ToArray(), totals.ToArray());
    }

    private float[] Gradient(Shape shape, double[] scores, double[] labels, float lossWeight = 1)
    {
        Tensor probabilities = Empty(shape), dscores = Empty(shape), labelTensor = Tensor(Shape.Matrix(shape.N, 1), labels);
        var op = Keep(new SoftmaxLossOp(Session, shape, lossWeight));
        op.Forward(Tensor(shape, scores), labelTensor, probabilities, Empty(SoftmaxLossOp.TotalsShape));
        op.Backward(probabilities, labelTensor, dscores);
        return dscores.ToArray();
    }
}
