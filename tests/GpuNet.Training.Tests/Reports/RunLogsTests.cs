using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>All logs of a run together.</summary>
public sealed class RunLogsTests
{
    [Test]
    public void Each_record_is_in_every_log_at_once()
    {
        using var folder = new TemporaryFolder();
        using var logs = new RunLogs(folder.Root, showsTop5: false);
        logs.OnStart(Tiny.Options(2));
        logs.OnIteration(new(0, 0.001, 0.9, 2, 1, TimeSpan.Zero));
        logs.OnEvaluation(new(1, 2, 0.5, 0.9));
        Assert.That(Lines(CsvLog.IterationsFile), Is.EqualTo(2));
        Assert.That(Lines(CsvLog.EvaluationsFile), Is.EqualTo(2));
        Assert.That(Lines(JsonLinesLog.FileName), Is.EqualTo(3));
        Assert.That(EventFile.Read(EventFile.In(folder.Root)), Has.Count.EqualTo(4));

        int Lines(string name)
        {
            using var reader = new StreamReader(new FileStream(folder.At(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Count(c => c == '\n');
        }
    }

    [Test]
    public void An_iteration_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        using var logs = new RunLogs(folder.Root, showsTop5: true);
        Log(0, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Log(100, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Log(long from, long to)
        {
            for (long i = from; i < to; i++)
            {
                logs.OnIteration(new(i, 0.001 / (i + 1), 0.9, 2.3 / (i + 1), 4000.0 / 3, TimeSpan.FromSeconds(i)));
                logs.OnEvaluation(new(i, 1.0 / 3, 2.0 / 3, 0.99));
            }
        }
    }

    [Test]
    public void A_log_that_cannot_be_begun_leaves_no_other_open()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At(JsonLinesLog.FileName));
        Assert.That(() => new RunLogs(folder.Root, showsTop5: false), Throws.TypeOf<OutputException>().With.Message.Contains(JsonLinesLog.FileName));
        Assert.That(() => File.OpenWrite(folder.At(CsvLog.IterationsFile)).Dispose(), Throws.Nothing);
    }
}
