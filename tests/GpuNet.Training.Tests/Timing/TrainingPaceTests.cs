using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

/// <summary>How long a run is said to take.</summary>
public sealed class TrainingPaceTests
{
    private static DeviceSession Session => TestDevice.Open("cpu");

    [TestCase(4, 2, true)]
    [TestCase(4, 2, false)]
    [TestCase(5, 2, true)]
    [TestCase(3, 0, false)]
    [TestCase(1, 1, false)]
    [TestCase(3, 100, true)]
    public void As_many_evaluations_are_counted_as_a_run_makes(long iterations, long interval, bool atStart)
    {
        var options = Tiny.Options(iterations) with { TestInterval = interval, TestAtStart = atStart };
        Assert.That(options.Evaluations, Is.EqualTo(Tiny.Train(Session, options).Evaluations.Length));
    }

    [Test]
    public void A_run_takes_its_iterations_and_its_evaluations()
    {
        var pace = new TrainingPace(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        var options = Tiny.Options(100) with { TestInterval = 40 };
        Assert.That(pace.Of(options), Is.EqualTo(TimeSpan.FromSeconds(200 + (3 * 30))));
        Assert.That(pace.Of(options with { TenCrop = true }), Is.EqualTo(TimeSpan.FromSeconds(200 + (13 * 30))));
        var progress = new TrainingProgress { Iteration = 40, Evaluations = [new(40, 1, 0.5, 0.9)] };
        Assert.That(pace.Of(options, progress), Is.EqualTo(TimeSpan.FromSeconds(120 + (2 * 30))));
        // With a longer interval than before, no evaluation is left but the last, which is made already.
        Assert.That(pace.Of(Tiny.Options(10) with { TestInterval = 0 }, Tiny.Progress(10) with { Evaluations = [new(5, 1, 0.5, 0.9), new(10, 1, 0.6, 0.9)] }), Is.EqualTo(TimeSpan.Zero));
        Assert.That(new TrainingPace(TimeSpan.FromDays(30), default).Of(Tiny.Options(TrainingOptions.MaxIterations)), Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void One_of_many_is_timed_by_as_many_as_the_time_allows_after_one_that_does_not_count()
    {
        var counts = new List<long>();
        var one = TrainingPace.OfOne(count =>
        {
            counts.Add(count);
            Thread.Sleep(TimeSpan.FromMilliseconds(counts.Count == 1 ? 200 : 20 * count));
        }, most: 4, TimeSpan.FromMinutes(1));
        Assert.That(counts, Is.EqualTo((long[])[1, 1, 4]));
        Assert.That(one.TotalMilliseconds, Is.GreaterThanOrEqualTo(19));
        counts.Clear();
        TrainingPace.OfOne(counts.Add, most: 100, TimeSpan.Zero);
        Assert.That(counts, Is.EqualTo((long[])[1, 1]));
    }

    [Test]
    public void The_pace_is_measured_with_all_that_an_iteration_does()
    {
        var options = Tiny.Options(3) with { IterationSize = 2, ClipGradients = 1, TestInterval = 1 };
        using var network = Tiny.Model(10).Compile(Session, options.Seed);
        var pace = TrainingPace.Measure(network, Tiny.Data(), options);
        Assert.That(pace.Iteration, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(pace.Evaluation, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(() => TrainingPace.Measure(network, Tiny.Data(), options, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
