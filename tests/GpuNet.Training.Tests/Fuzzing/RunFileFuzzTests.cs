using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>
/// The files that a comparison is resumed from, changed at random: each is read, or refused with a <see cref="RunFileException"/>, soon and in memory that its size
/// bounds, and what is read can be shown. A test run takes the seeds from 0 on.
/// </summary>
public sealed class RunFileFuzzTests
{
    private const int Seeds = 3000;

    // What reading takes apart from the file, and for each of its bytes: JSON of small numbers grows.
    private const int OwnMemory = 4 << 20, TimesFile = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly RunSetting Setting = new("tiny", 60, 37, new DeviceDescription(DeviceKind.Cpu, 0, "2 cores", 1 << 30), default) { Classes = 6 };

    private static readonly Recipe Recipe = new("test", "cifar10_quick", 20, 60, Tiny.Options(400) with { TestInterval = 100, TestAtStart = true });

    private static readonly Comparison Comparison = new(Recipe, [new(new FixedPolicy(0.001)), new(new TriangularPolicy(0.001, 0.003, 100))]);

    private static readonly TrainingResult Completed = new(
        RunOutcome.Completed, 400,
        [.. Enumerable.Range(0, 5).Select(i => new EvaluationRecord(100 * i, 2.3 / (i + 1), 0.2 * i, 0.25 * i))],
        [.. Enumerable.Range(0, 200).Select(i => new LossPoint((2 * i) + 0.5, 2.3 / (i + 1)))], TimeSpan.FromSeconds(1.5), 321.5);

    private static readonly TrainingResult Diverged = Completed with
    {
        Outcome = RunOutcome.Diverged,
        Iterations = 300,
        Evaluations = [.. Completed.Evaluations[..3], new(300, double.NaN, 0.1, 0.5)],
        Divergence = new(300, 299, 0.01, double.NaN),
    };

    private static readonly JsonElement Configuration = ReportJson.ConfigurationOf(Recipe with { Training = Step.Options }, Setting);

    private static ComparisonStep Step => Comparison.Steps[0];

    [Test]
    public void A_hostile_run_file_is_read_or_refused()
    {
        byte[][] files = [.. new[] { Completed, Diverged }.Select(result => ReportJson.Of(Recipe with { Training = Step.Options }, Setting, new RunRecord(Step.Name, Step.Options, result)))];
        int read = Fuzz(files, file => Shown(RunReader.Parse("run.json", file, Configuration, Step)));
        Assert.That(read, Is.InRange(Seeds / 100, Seeds * 9 / 10), "changes that break every file would test the first check only");
    }

    [Test]
    public void A_hostile_plan_is_read_or_refused()
    {
        byte[][] files = [ReportJson.Of(Setting, Comparison), "{\"kind\":\"comparison-plan\",\"experiment\":{\"a\":[1e99999999999,{}],\"é\":{\"\\u00e9\":1}}}"u8.ToArray()];
        var experiment = ReportJson.ExperimentOf(Setting, Comparison);
        int read = Fuzz(files, file => Assert.That(ComparisonPlan.DifferencesOf("plan.json", file, experiment).All(text => !text.Any(char.IsControl))));
        Assert.That(read, Is.InRange(Seeds / 100, Seeds * 9 / 10), "changes that break every file would test the first check only");
    }

    private static int Fuzz(byte[][] files, Action<byte[]> parse)
    {
        foreach (byte[] file in files)
            Assert.That(IsRead(file, parse), Is.True, "the files that are changed are good");
        var cases = Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 2], FuzzEdit.Any.Array[1, 4], (first, way, edits) => Changed(files[first], files[^1], way, edits));
        int read = 0;
        for (uint seed = 0; seed < Seeds; seed++)
        {
            byte[] changed = cases.Generate(new PCG(1, seed), null, out _);
            try
            {
                read += IsRead(changed, parse) ? 1 : 0;
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, {changed.Length} bytes: {error}");
            }
        }

        TestContext.Out.WriteLine($"{read} of {Seeds} files were read");
        return read;
    }

    // Way 0 changes bytes, the others numbers.
    private static byte[] Changed(byte[] file, byte[] other, int way, FuzzEdit[] edits)
    {
        foreach (var edit in way == 0 ? edits : edits[..1])
            file = way == 0 ? edit.Apply(file, other) : edit.ApplyToNumber(file);
        return file;
    }

    private static bool IsRead(byte[] file, Action<byte[]> parse)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        bool isRead = true;
        try
        {
            parse(file);
        }
        catch (RunFileException error)
        {
            isRead = false;
            if (error.Message.Any(char.IsControl) || error.Message.Length > 2000)
                throw new InvalidOperationException($"a message of {error.Message.Length} characters: {error.Message[..200]}");
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        if (taken > ((long)TimesFile * file.Length) + OwnMemory)
            throw new InvalidOperationException($"{taken} bytes were taken for a file of {file.Length}");
        if (Stopwatch.GetElapsedTime(started) > Patience)
            throw new InvalidOperationException($"a file of {file.Length} bytes took {Stopwatch.GetElapsedTime(started)}");
        return isRead;
    }

    private static void Shown(TrainingResult result)
    {
        var comparison = new ComparisonResult(Recipe, [new(Step.Name, Step.Options, result), new("triangular", Comparison.Steps[1].Options, Completed)]);
        var cells = ComparisonTables.Results(comparison, showsTop5: true, checkpoints: 6).Rows.SelectMany(row => row);
        Assert.That(cells, Has.None.Contains("NaN"));
    }
}
