using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Checkpoints;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests;

public sealed class TrainingOnDevicesTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Training_learns_to_tell_the_classes_apart()
    {
        var result = Tiny.Train(Session, Tiny.Options(60) with { TestAtStart = true, DisplayInterval = 1 });
        Assert.That(result.Evaluations[0].Accuracy, Is.LessThan(0.5));
        Assert.That(result.Last?.Accuracy, Is.GreaterThan(0.95));
        Assert.That(result.Last?.Loss, Is.LessThan(0.5 * result.Evaluations[0].Loss));
    }

    [Test]
    public void Two_runs_with_one_seed_give_identical_logs()
    {
        string[] first = Log(5);
        Assert.That(Log(5), Is.EqualTo(first));
        Assert.That(first, Has.Length.EqualTo(1 + 12 + 1 + 3));
    }

    [Test]
    public void Runs_with_different_seeds_differ()
    {
        Assert.That(Log(5), Is.Not.EqualTo(Log(6)));
    }

    [Test]
    public void A_run_has_the_same_bits_however_its_images_are_fed()
    {
        var options = Tiny.Options(12) with { TestInterval = 5, DisplayInterval = 1, Crop = 6, Mirror = true };
        var resident = Tiny.Train(Session, options with { Feed = FeedMode.Resident });
        var streamed = Tiny.Train(Session, options with { Feed = FeedMode.Streamed });
        Assert.That(streamed.LossCurve, Is.EqualTo(resident.LossCurve));
        Assert.That(streamed.Evaluations, Is.EqualTo(resident.Evaluations));
        Assert.That(Tiny.Train(Session, options with { Mirror = false }).LossCurve, Is.Not.EqualTo(resident.LossCurve));
    }

    [Test]
    public void Two_batches_of_half_the_size_and_twice_the_limit_are_one_batch()
    {
        float[] whole = WeightsAfter(Tiny.Options(2) with { ClipGradients = 0.25 }, 6);
        float[] halves = WeightsAfter(Tiny.Options(2) with { ClipGradients = 0.5, IterationSize = 2 }, 3);
        Close.To([.. whole.Select(value => (double)value)], halves, 2 * 64, "weights");
    }

    [Test]
    public void A_run_that_goes_on_from_a_checkpoint_has_the_bits_of_the_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        StoppedRun.AssertGoesOn(Session, StoppedRun.Options(7), stop: 5, folder.Root);
    }

    [Test]
    public void The_host_waits_for_the_losses_that_are_shown_and_once_an_evaluation([Values(FeedMode.Resident, FeedMode.Streamed)] FeedMode mode)
    {
        // The batches of an evaluation are 4.
        var waits = new List<long>();
        var observer = new RecordingObserver { WhenIteration = _ => waits.Add(Session.Waits) };
        Tiny.Train(Session, Tiny.Options(13) with { DisplayInterval = 5, TestInterval = 6, Feed = mode }, observer);
        Assert.That(observer.Events, Is.EqualTo((string[])["start", "iteration 0", "iteration 5", "evaluation 6", "iteration 10", "evaluation 12", "iteration 12", "evaluation 13", "end"]));
        Assert.That(waits.Select(wait => wait - waits[0]), Is.EqualTo((long[])[0, 1, 3, 5]));
        using var network = Tiny.Model(10).Compile(Session, 3);
        using var evaluator = new Evaluator(network, Tiny.Data().Test, new float[64]);
        long before = Session.Waits;
        evaluator.Run();
        Assert.That(Session.Waits - before, Is.EqualTo(1));
    }

    private float[] WeightsAfter(TrainingOptions options, int batch)
    {
        using var network = Tiny.Model(batch).Compile(Session, options.Seed);
        using var trainer = new Trainer(network, Tiny.Data(test: 1), options);
        trainer.Run();
        return [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
    }

    // Iteration, rate and loss; the columns behind them are times.
    private string[] Log(ulong seed)
    {
        using var folder = new TemporaryFolder();
        using (var log = new CsvLog(folder.Root))
            Tiny.Train(Session, Tiny.Options(12) with { Seed = seed, Policy = new TriangularPolicy(0.001, 0.01, 3), TestInterval = 4, DisplayInterval = 1 }, log);
        return
        [
            .. File.ReadLines(folder.At(CsvLog.IterationsFile)).Select(line => string.Join(',', line.Split(',').Take(3))),
            .. File.ReadLines(folder.At(CsvLog.EvaluationsFile)),
        ];
    }
}
