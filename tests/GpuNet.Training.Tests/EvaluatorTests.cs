using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Data;

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
        var evaluator = new Evaluator(network, Tiny.Data().Test, new float[64]);
        Assert.That(() => evaluator.Run(0, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static EvaluationRecord Evaluate(int batch)
    {
        using var network = Tiny.Model(batch).Compile(Session, 3);
        var data = Tiny.Data();
        return new Evaluator(network, data.Test, MeanImage.Of(data.Train)).Run();
    }
}
