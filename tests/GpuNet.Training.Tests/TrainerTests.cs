using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using ILGPU.Runtime;

namespace GpuNet.Training.Tests;

public sealed class TrainerTests
{
    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void An_evaluation_comes_before_the_update_of_its_iteration_and_once_at_the_end()
    {
        var observer = new RecordingObserver();
        Tiny.Train(Session, Tiny.Options(4) with { TestInterval = 2, TestAtStart = true }, observer);
        Assert.That(observer.Events, Is.EqualTo((string[])[
            "start", "evaluation 0", "iteration 0", "iteration 1", "evaluation 2", "iteration 2", "iteration 3", "evaluation 4", "end"]));
    }

    [Test]
    public void Without_a_test_interval_the_only_evaluation_is_at_the_end()
    {
        var result = Tiny.Train(Session, Tiny.Options(3));
        Assert.That(result.Evaluations.Select(e => e.Iteration), Is.EqualTo((long[])[3]));
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Completed));
        Assert.That(result.Iterations, Is.EqualTo(3));
    }

    [Test]
    public void Every_display_interval_is_shown_and_the_last_iteration()
    {
        var observer = new RecordingObserver();
        Tiny.Train(Session, Tiny.Options(9) with { DisplayInterval = 5 }, observer);
        Assert.That(observer.Iterations.Select(r => r.Iteration), Is.EqualTo((long[])[0, 5, 8]));
    }

    [Test]
    public void The_rate_of_each_iteration_is_the_policys()
    {
        var policy = new TriangularPolicy(0.001, 0.02, 7);
        var observer = new RecordingObserver();
        Tiny.Train(Session, Tiny.Options(20) with { Policy = policy }, observer);
        Assert.That(observer.Iterations.Select(r => r.Rate), Is.EqualTo(Enumerable.Range(0, 20).Select(i => policy.At(i))));
    }

    [Test]
    public void Cancelling_ends_the_run_after_the_iteration_under_way()
    {
        using var source = new CancellationTokenSource();
        var observer = new RecordingObserver { WhenIteration = record => CancelAt(record, 6, source) };
        var result = Tiny.Train(Session, Tiny.Options(1000) with { TestInterval = 3 }, observer, cancellation: source.Token);
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Cancelled));
        Assert.That(result.Iterations, Is.EqualTo(7));
        Assert.That(observer.Iterations, Has.Count.EqualTo(7));
        Assert.That(result.Evaluations.Select(e => e.Iteration), Is.EqualTo((long[])[3, 6]));
        Assert.That(observer.Events[^1], Is.EqualTo("end"));
    }

    [Test]
    public void A_loss_that_is_not_finite_stops_the_run_and_is_located()
    {
        var observer = new RecordingObserver();
        var result = Tiny.Train(Session, Tiny.Options(1000, rate: 1e12), observer);
        var last = observer.Iterations[^1];
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Diverged));
        Assert.That(double.IsFinite(last.Loss), Is.False);
        Assert.That(observer.Iterations.SkipLast(1).Select(r => double.IsFinite(r.Loss)), Is.All.True);
        Assert.That(result.Divergence, Is.EqualTo(new Divergence(last.Iteration, last.Iteration - 1, 1e12, last.Loss)));
        Assert.That(result.Iterations, Is.EqualTo(last.Iteration + 1).And.LessThan(1000));
        Assert.That(result.LossCurve.Select(point => double.IsFinite(point.Loss)), Is.All.True);
    }

    [Test]
    public void A_divergence_between_two_readings_says_when_the_loss_was_finite_last()
    {
        var result = Tiny.Train(Session, Tiny.Options(1000, rate: 1e12) with { DisplayInterval = 100 });
        Assert.That(result.Divergence, Is.EqualTo(new Divergence(100, 0, 1e12, double.NaN)));
        Assert.That(result.Divergence.ToString(), Is.EqualTo("the loss was NaN at iteration 100 (rate 1000000000000; finite at iteration 0)"));
    }

    [Test]
    public void A_divergence_that_an_evaluation_finds_has_the_rate_of_the_last_update()
    {
        var options = Tiny.Options(10) with { Policy = new MultistepPolicy(1e30, 1e-30, 1), TestInterval = 1, DisplayInterval = 100 };
        Assert.That(Tiny.Train(Session, options).Divergence, Is.EqualTo(new Divergence(1, 0, 1e30, double.NaN)));
    }

    [Test]
    public void A_failure_of_the_driver_in_the_middle_of_a_run_is_the_devices()
    {
        var observer = new RecordingObserver { WhenIteration = _ => throw new DriverFailure() };
        Assert.That(() => Tiny.Train(Session, Tiny.Options(3), observer),
            Throws.TypeOf<DeviceException>().With.Message.Contains("'cpu'").And.Message.Contains("an illegal address").And.InnerException.TypeOf<DriverFailure>());
    }

    [Test]
    public void A_batch_larger_than_the_training_set_is_refused()
    {
        using var network = Tiny.Model(61).Compile(Session, 1);
        Assert.That(() => new Trainer(network, Tiny.Data(60), Tiny.Options(1)), Throws.TypeOf<DataException>().With.Message.Contains("61").And.Message.Contains("60"));
    }

    [Test]
    public void A_network_for_other_images_is_refused()
    {
        using var network = Tiny.Model(3).Compile(Session, 1);
        var other = new ImageArray("other", new(1, 3, 4, 4), new byte[5 * 48], new byte[5], ["a", "b"]);
        Assert.That(() => new Trainer(network, new ImageDataset("other", other, other), Tiny.Options(1)),
            Throws.TypeOf<TrainingException>().With.Message.Contains("1×3×4×4").And.Message.Contains("1×1×8×8"));
    }

    [TestCase(8, 9, "the crop is 9", "images of 8×8", "from 1 to 8")]
    [TestCase(8, 6, "cropped to 1×1×6×6", "made for 1×1×8×8", "Build")]
    [TestCase(8, 0, "(--crop) is 0", "1 pixel or more", "left out")]
    public void A_crop_that_does_not_fit_is_refused(int side, int crop, params string[] fragments)
    {
        using var network = Tiny.Model(3, Tiny.Image with { H = side, W = side }).Compile(Session, 1);
        var refusal = Assert.Throws<TrainingException>(() => new Trainer(network, Tiny.Data(), Tiny.Options(1) with { Crop = crop }));
        foreach (string fragment in fragments)
            Assert.That(refusal!.Message, Does.Contain(fragment));
    }

    [TestCase(0L, 1L, 0L, "iterations is 0")]
    [TestCase(TrainingOptions.MaxIterations + 1, 1L, 0L, "iterations is 1000000001")]
    [TestCase(long.MaxValue, 1L, 0L, "iterations is 9223372036854775807")]
    [TestCase(5L, 0L, 0L, "display interval is 0")]
    [TestCase(5L, 1L, -1L, "test interval is -1")]
    public void A_setting_out_of_its_range_is_refused(long iterations, long display, long test, string message)
    {
        var options = Tiny.Options(iterations) with { DisplayInterval = display, TestInterval = test };
        Assert.That(options.ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains(message));
    }

    [TestCase(0, null, "(--iter-size) is 0")]
    [TestCase(-3, null, "(--iter-size) is -3")]
    [TestCase(int.MaxValue, null, "5 iterations of 2147483647 batches", "1000000000")]
    [TestCase(1, 0.0, "(--clip-gradients) is 0;")]
    [TestCase(1, -1.0, "(--clip-gradients) is -1;")]
    [TestCase(1, double.NaN, "(--clip-gradients) is NaN")]
    [TestCase(1, double.PositiveInfinity, "(--clip-gradients) is Infinity")]
    [TestCase(1, 1e-60, "(--clip-gradients) is 1E-60", "above 0")]
    public void An_update_that_cannot_be_is_refused(int size, double? clip, params string[] fragments)
    {
        var refusal = Assert.Throws<TrainingException>((Tiny.Options(5) with { IterationSize = size, ClipGradients = clip }).ThrowIfInvalid);
        foreach (string fragment in fragments)
            Assert.That(refusal!.Message, Does.Contain(fragment));
    }

    [Test]
    public void A_second_run_from_the_same_weights_is_the_same()
    {
        using var network = Tiny.Model(10).Compile(Session, 5);
        using var trainer = new Trainer(network, Tiny.Data(), Tiny.Options(12));
        var first = trainer.Run();
        network.Initialize(5);
        Assert.That(trainer.Run().LossCurve, Is.EqualTo(first.LossCurve));
    }

    [Test]
    public void Iterations_take_no_memory_that_stays()
    {
        const int parts = 3, length = 3000;
        var samples = new List<(long Iteration, long Managed, long Device)>(parts * length);
        var observer = new MeasuringObserver(record => samples.Add((record.Iteration, GC.GetTotalMemory(forceFullCollection: true), Session.AllocatedBytes)));
        Tiny.Train(Session, Tiny.Options(parts * length) with { DisplayInterval = 100 }, observer);
        Assert.That(samples.Select(sample => sample.Device).Distinct().Count(), Is.EqualTo(1));
        // The least of each part: ILGPU keeps a weak reference to each host copy and throws them away every 4096, so memory rises and falls.
        // What each iteration kept would show between every two parts, 10 bytes already; what the process takes once, between two of them only.
        long[] least = [.. Enumerable.Range(0, parts).Select(part => samples.Where(sample => sample.Iteration / length == part).Min(sample => sample.Managed))];
        Assert.That(Math.Min(least[1] - least[0], least[2] - least[1]), Is.LessThan(10 * length));
    }

    private static void CancelAt(IterationRecord record, long iteration, CancellationTokenSource source)
    {
        if (record.Iteration == iteration)
            source.Cancel();
    }

    private sealed class DriverFailure() : AcceleratorException("an illegal address was used")
    {
        public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;
    }

    private sealed class MeasuringObserver(Action<IterationRecord> measure) : ITrainingObserver
    {
        public void OnIteration(IterationRecord record) => measure(record);
    }
}
