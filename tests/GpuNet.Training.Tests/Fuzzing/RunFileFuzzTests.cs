using System.Text;
using System.Text.Json;
using CsCheck;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>
/// The files that a comparison is resumed from, changed at random: each is read, or refused with a <see cref="RunFileException"/>, and what is read can be shown.
/// </summary>
public sealed class RunFileFuzzTests
{
    private static readonly FuzzRun Run = new("files of a comparison") { Seeds = 3000 };

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
        Fuzz(files, file => Shown(RunReader.Parse("run.json", file, Configuration, Step)));
    }

    [Test]
    public void A_hostile_plan_is_read_or_refused()
    {
        byte[][] files = [ReportJson.Of(Setting, Comparison), "{\"kind\":\"comparison-plan\",\"experiment\":{\"a\":[1e99999999999,{}],\"é\":{\"\\u00e9\":1}}}"u8.ToArray()];
        var experiment = ReportJson.ExperimentOf(Setting, Comparison);
        Fuzz(files, file => Assert.That(ComparisonPlan.DifferencesOf("plan.json", file, experiment).All(text => !text.Any(char.IsControl))));
    }

    // What grows most as it is read, for its length.
    [TestCase("{\"lossCurve\":[", "{},", "{}]}")]
    [TestCase("{\"result\":{\"evaluations\":[", "{},", "{}]}}")]
    [TestCase("{\"result\":{\"evaluations\":[", "{\"iteration\":0,\"loss\":0,\"accuracy\":0,\"top5Accuracy\":0},", "{}]}}")]
    [TestCase("{\"configuration\":[", "0,", "0]}")]
    [TestCase("{\"configuration\":[", "\"\",", "0]}")]
    [TestCase("{\"configuration\":[", "12345678,", "0]}")]
    [TestCase("{\"experiment\":[", "[],", "0]}")]
    [TestCase("{\"experiment\":{\"configuration\":[", "123456789012345678,", "0]}}")]
    public void Many_small_values_take_no_more_memory(string start, string part, string end)
    {
        byte[] file = Encoding.UTF8.GetBytes($"{start}{string.Concat(Enumerable.Repeat(part, 3_000_000 / part.Length))}{end}");
        var experiment = ReportJson.ExperimentOf(Setting, Comparison);
        Assert.That(IsRead(file, bytes => RunReader.Parse("run.json", bytes, Configuration, Step)), Is.False);
        Assert.That(IsRead(file, bytes => ComparisonPlan.DifferencesOf("plan.json", bytes, experiment)), Is.False);
    }

    [Test]
    public void A_run_of_many_evaluations_is_read()
    {
        var options = Step.Options with { Iterations = 300_000, TestInterval = 1 };
        var step = Step with { Options = options };
        var run = Completed with { Iterations = 300_000, Evaluations = [.. Enumerable.Range(0, 300_001).Select(i => new EvaluationRecord(i, 1, 0.5, 0.5))], LossCurve = [] };
        byte[] file = ReportJson.Of(Recipe with { Training = options }, Setting, new RunRecord(step.Name, options, run));
        var configuration = ReportJson.ConfigurationOf(Recipe with { Training = options }, Setting);
        Assert.That(RunReader.Parse("run.json", file, configuration, step).Evaluations, Has.Length.EqualTo(300_001));
    }

    private static void Fuzz(byte[][] files, Action<byte[]> parse)
    {
        foreach (byte[] file in files)
            Assert.That(IsRead(file, parse), Is.True, "the files that are changed are good");
        var cases = Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 2], FuzzEdit.Any.Array[1, 4], (first, way, edits) => Changed(files[first], files[^1], way, edits));
        Run.Over(cases, file => IsRead(file, parse));
    }

    // Way 0 changes bytes, the others numbers.
    private static byte[] Changed(byte[] file, byte[] other, int way, FuzzEdit[] edits)
    {
        foreach (var edit in way == 0 ? edits : edits[..1])
            file = way == 0 ? edit.Apply(file, other) : edit.ApplyToNumber(file);
        return file;
    }

    private static bool IsRead(byte[] file, Action<byte[]> parse) => Run.IsRead<RunFileException>(file.Length, () =>
    {
        try
        {
            parse(file);
        }
        catch (RunFileException error) when (error.Message.Any(char.IsControl) || error.Message.Length > 2000)
        {
            throw new InvalidOperationException($"a message of {error.Message.Length} characters: {error.Message[..Math.Min(error.Message.Length, 200)]}");
        }
    });

    private static void Shown(TrainingResult result)
    {
        var comparison = new ComparisonResult(Recipe, [new(Step.Name, Step.Options, result), new("triangular", Comparison.Steps[1].Options, Completed)]);
        var cells = ComparisonTables.Results(comparison, showsTop5: true, checkpoints: 6).Rows.SelectMany(row => row);
        Assert.That(cells, Has.None.Contains("NaN"));
    }
}
