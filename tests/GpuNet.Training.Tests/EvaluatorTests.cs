using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests;

public sealed class EvaluatorTests
{
    private static DeviceSession Session => TestDevice.Open("cpu");

    [TestCase(2)]
    [TestCase(10)]
    [TestCase(36)]
    [TestCase(37)]
    [TestCase(50)]
    public void The_result_is_that_of_single_images_whatever_the_batch_size(int batch)
    {
        var expected = Evaluate(1);
        var actual = Evaluate(batch);
        Assert.That(actual.Accuracy, Is.EqualTo(expected.Accuracy));
        Assert.That(actual.Top5Accuracy, Is.EqualTo(expected.Top5Accuracy));
        // Batch sums are float32: 2⁻²⁴ relative for each addition of at most 50.
        Assert.That(actual.Loss, Is.EqualTo(expected.Loss).Within(50 * expected.Loss / (1 << 24)));
    }

    [Test]
    public void An_accuracy_is_a_whole_number_of_images()
    {
        double hits = Evaluate(10).Accuracy * 37;
        Assert.That(hits, Is.EqualTo(Math.Round(hits)).Within(1e-9));
        Assert.That(hits, Is.GreaterThan(0));
    }

    [Test]
    public void A_cancelled_evaluation_throws()
    {
        using var network = Tiny.Model(10).Compile(Session, 3);
        using var evaluator = new Evaluator(network, Tiny.Data().Test, new float[64]);
        Assert.That(() => evaluator.Run(0, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void An_evaluation_after_a_cancelled_one_begins_anew()
    {
        using var network = Tiny.Model(10).Compile(Session, 3);
        var data = Tiny.Data();
        using var evaluator = new Evaluator(network, data.Test, MeanImage.Of((ImageArray)data.Train));
        var whole = evaluator.Run();
        Assert.That(() => evaluator.Run(0, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(evaluator.Run(), Is.EqualTo(whole));
    }

    [Test]
    public void A_crop_is_the_middle_of_each_image()
    {
        var (whole, middle) = (Tiny.Data().Test, Middle(Tiny.Data().Test));
        using var network = Tiny.Model(10, Tiny.Image with { H = 6, W = 6 }).Compile(Session, 3);
        using var cropped = new Evaluator(network, whole, new float[64], crop: 6);
        using var cut = new Evaluator(network, middle, new float[36]);
        Assert.That(cropped.Run(), Is.EqualTo(cut.Run()));
        Assert.That(() => new Evaluator(network, whole, new float[64]), Throws.TypeOf<TrainingException>().With.Message.Contains("1×1×8×8").And.Message.Contains("1×1×6×6"));
        Assert.That(() => new Evaluator(network, whole, new float[64], crop: 9), Throws.TypeOf<TrainingException>().With.Message.Contains("the crop is 9").And.Message.Contains("8×8").And.Message.Contains("from 1 to 8"));
    }

    private static ImageSet Middle(ImageSet set)
    {
        var pixels = from i in Enumerable.Range(0, set.Count) from h in Enumerable.Range(1, 6) from w in Enumerable.Range(1, 6) select set.Image(i)[h * 8 + w];
        return new ImageArray("middle", new(1, 1, 6, 6), [.. pixels], [.. Enumerable.Range(0, set.Count).Select(i => (byte)set.Label(i))], set.ClassNames);
    }

    private static EvaluationRecord Evaluate(int batch)
    {
        using var network = Tiny.Model(batch).Compile(Session, 3);
        var data = Tiny.Data();
        using var evaluator = new Evaluator(network, data.Test, MeanImage.Of((ImageArray)data.Train));
        return evaluator.Run();
    }
}
