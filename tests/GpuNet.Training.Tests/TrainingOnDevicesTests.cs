using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;
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
