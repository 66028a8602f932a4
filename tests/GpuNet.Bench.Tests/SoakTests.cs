using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Bench.Soak;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Reports;

namespace GpuNet.Bench.Tests;

/// <summary>What a long run's samples are summed up as, from runs whose growth is known.</summary>
public sealed class SoakTests
{
    private const int Iterations = 200_000, Interval = 1000;

    [TestCase(0)]
    [TestCase(5000)]
    [TestCase(-5000)]
    public void The_slope_is_the_growth_that_was_planted_whatever_the_first_tenth_does(double bytes)
    {
        // The heap finds its size in the first tenth, and has a tooth of 1 MB every ten samples: 18 whole teeth lie behind it.
        var samples = Samples(i => (long)(80e6 + (i < 20 ? 3e6 * i : 0) + bytes * i + 1e5 * (i % 10)), _ => 1);
        var trend = Trend.Of(samples, sample => sample.Resident);
        // Teeth of m steps, which rise along the line, tilt it a little: by step·(m² − 1)/n² over n samples.
        Assert.That(trend.PerThousand, Is.EqualTo(bytes).Within(1e5 * 99 / (181.0 * 181.0)));
        Assert.That(trend.Lowest, Is.EqualTo(80e6 + bytes * (bytes > 0 ? 20 : 200)));
        Assert.That(trend.Highest, Is.EqualTo(80.9e6 + bytes * (bytes > 0 ? 199 : 29)));
    }

    [Test]
    public void Without_noise_the_slope_is_exact_and_that_of_the_value_asked_for()
    {
        var samples = Samples(i => 80_000_000 + 123 * i, _ => 1);
        Assert.That(Trend.Of(samples, sample => sample.Resident).PerThousand, Is.EqualTo(123).Within(1e-6));
        Assert.That(Trend.Of(samples, sample => sample.Managed).PerThousand, Is.Zero.Within(1e-6));
    }

    [Test]
    public void The_tenths_are_the_medians_of_their_own_intervals()
    {
        // 2 ms an iteration in the first tenth, 3 in the last, 50 between and in one interval of each.
        var samples = Samples(_ => 0, i => i is 7 or 190 ? 50 : i <= 20 ? 2 : i <= 180 ? 50 : 3);
        var tenths = Tenths.Of(samples);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tenths.First.Median, Is.EqualTo(2));
            Assert.That(tenths.Last.Median, Is.EqualTo(3));
            Assert.That(tenths.First.Maximum, Is.EqualTo(50));
            Assert.That(tenths.Last.Upper, Is.EqualTo(3));
            Assert.That(tenths.Ratio, Is.EqualTo(1.5));
        }
    }

    [Test]
    public void Too_few_samples_are_an_error()
    {
        Assert.That(() => Trend.Of(Samples(_ => 0, _ => 1)[..1], sample => sample.Resident), Throws.TypeOf<BenchException>().With.Message.Contain("needs 2"));
        Assert.That(() => Tenths.Of(Samples(_ => 0, _ => 1)[..5]), Throws.TypeOf<BenchException>().With.Message.Contain("no interval"));
    }

    [Test]
    public void A_run_leaves_its_logs_checkpoints_and_samples_and_its_folder_is_not_taken_again()
    {
        if (!ResidentMemory.IsKnown)
            Assert.Ignore("Only Linux says what a process takes of the machine's memory.");
        string root = Directory.CreateTempSubdirectory("gpunet-bench-").FullName, folder = Path.Combine(root, "run");
        string[] line = ["soak", "--iterations", "400", "--out", folder];
        try
        {
            using var error = new StringWriter();
            Assert.That(BenchTool.Run(line, error), Is.EqualTo(BenchTool.Success), error.ToString());
            long[] at = [.. File.ReadLines(Path.Combine(folder, "soak.csv")).Skip(1).Select(row => long.Parse(row.Split(',')[0], CultureInfo.InvariantCulture))];
            Assert.That(at, Is.EqualTo(Enumerable.Range(0, 201).Select(i => 2L * i)));
            Assert.That(File.ReadLines(Path.Combine(folder, CsvLog.IterationsFile)).Count(), Is.EqualTo(1 + 400));
            Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Does.Contain(CheckpointFolder.LatestFile).And.Contain("log.jsonl").And.Some.StartsWith("events.out.tfevents."));
            Assert.That(BenchTool.Run(line, error), Is.EqualTo(BenchTool.Failure));
            Assert.That(error.ToString(), Does.StartWith("error: ").And.Contain(folder));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static SoakSample[] Samples(Func<int, long> resident, Func<int, double> milliseconds) =>
        [.. Enumerable.Range(0, Iterations / Interval + 1).Select(i => new SoakSample(i * Interval, i == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(milliseconds(i) * Interval), resident(i), 5_000_000))];
}
