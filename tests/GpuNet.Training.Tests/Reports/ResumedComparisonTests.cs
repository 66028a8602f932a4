using System.Text.Json.Nodes;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>A comparison's folder is begun once, and goes on only as what it was begun as.</summary>
public sealed class ResumedComparisonTests
{
    private static readonly RunSetting Setting =
        new("tiny", 60, 37, new DeviceDescription(DeviceKind.Cpu, 0, "2 cores", 1 << 30), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)) { Classes = 6, DataChecksum = "abc", Command = "gpunet compare" };

    private static readonly Recipe Recipe = new("test", "cifar10_quick", 20, 60, Tiny.Options(8) with { TestInterval = 4 });

    private static readonly Variant[] Variants = [new(new FixedPolicy(0.001)), new(new TriangularPolicy(0.001, 0.003, 4))];

    private static readonly TrainingResult Completed =
        new(RunOutcome.Completed, 8, [new(4, 1.25, 0.5, 0.9), new(8, 1.0 / 3, 2.0 / 3, 1)], [new(0, 2.3), new(4.5, 1.1)], TimeSpan.FromSeconds(1.5), 321.5);

    private static readonly TrainingResult Diverged =
        new(RunOutcome.Diverged, 5, [new(4, double.NaN, 0.1, 0.5)], [new(0, 2.3)], TimeSpan.FromSeconds(1), 100, new Divergence(4, 3, 0.5, double.PositiveInfinity));

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    public void Finished_runs_come_back_as_they_were_and_the_rest_is_made_again(int seeds)
    {
        var comparison = new Comparison(Recipe, Variants, seeds);
        Begin(RunFolder.Create(folder.Root), comparison, (0, Completed), (1, Diverged), (2, Completed with { Outcome = RunOutcome.Cancelled }));
        using var resumed = RunFolder.Resume(folder.Root);
        var finished = resumed.Begin(comparison, Setting);
        Assert.That(finished.Keys, Is.EqualTo((int[])[0, 1]));
        foreach (var (index, result) in new[] { (0, Completed), (1, Diverged) })
        {
            var read = finished[index];
            Assert.That(read with { Evaluations = [], LossCurve = [] }, Is.EqualTo(result with { Evaluations = [], LossCurve = [] }));
            Assert.That(read.Evaluations, Is.EqualTo(result.Evaluations));
            Assert.That(read.LossCurve, Is.EqualTo(result.LossCurve));
        }
    }

    [Test]
    public void The_logs_of_an_attempt_that_was_stopped_are_replaced()
    {
        var comparison = new Comparison(Recipe, Variants);
        var cancelled = Completed with { Outcome = RunOutcome.Cancelled };
        Begin(RunFolder.Create(folder.Root), comparison, (0, cancelled));
        string[] logs = [.. Directory.GetFiles(folder.At("fixed")).Order()];
        Begin(RunFolder.Resume(folder.Root), comparison, (0, cancelled));
        Assert.That(logs, Has.Length.EqualTo(4));
        Assert.That(Directory.GetFiles(folder.At("fixed")), Has.Length.EqualTo(4));
    }

    [Test]
    public void Without_resume_the_folder_is_refused_and_the_way_to_go_on_named()
    {
        Begin(RunFolder.Create(folder.Root), new Comparison(Recipe, Variants));
        Assert.That(() => RunFolder.Create(folder.Root), Throws.TypeOf<OutputException>().With.Message.Contains("'plan.json'").And.Message.Contains("--resume"));
    }

    [Test]
    public void Resuming_where_nothing_is_begins()
    {
        using var begun = RunFolder.Resume(folder.At("new"));
        Assert.That(begun.Begin(new Comparison(Recipe, Variants), Setting), Is.Empty);
        Assert.That(File.Exists(folder.At("new/plan.json")));
    }

    [Test]
    public void Resuming_what_is_no_comparison_is_refused()
    {
        folder.Write("run.json", [1]);
        Assert.That(() => RunFolder.Resume(folder.Root), Throws.TypeOf<OutputException>().With.Message.Contains("'run.json'"));
    }

    [Test]
    public void Two_processes_cannot_be_at_work_in_one_folder()
    {
        var comparison = new Comparison(Recipe, Variants);
        using var first = RunFolder.Create(folder.Root);
        first.Begin(comparison, Setting);
        using var second = RunFolder.Resume(folder.Root);
        Assert.That(() => second.Begin(comparison, Setting), Throws.TypeOf<OutputException>().With.Message.Contains("in use"));
        first.Dispose();
        Assert.That(() => second.Begin(comparison, Setting), Throws.Nothing);
    }

    [Test]
    public void A_comparison_that_no_run_of_began_leaves_nothing()
    {
        using var begun = RunFolder.Create(folder.At("new"));
        begun.Begin(new Comparison(Recipe, Variants), Setting);
        begun.DeleteIfEmpty();
        Assert.That(Directory.Exists(folder.At("new")), Is.False);
    }

    [Test]
    public void Another_comparison_is_refused_with_what_differs()
    {
        Begin(RunFolder.Create(folder.Root), new Comparison(Recipe, Variants));
        using (Assert.EnterMultipleScope())
        {
            AssertOther(new Comparison(Recipe, Variants, 3), Setting, "seeds was 1 and is 3 now");
            AssertOther(new Comparison(Recipe, Variants[..1]), Setting, "runs.triangular was something and is not there now");
            AssertOther(new Comparison(Recipe, [.. Variants, new(new StepPolicy(1, 0.5, 3))]), Setting, "runs.step was not there and is something now");
            AssertOther(new Comparison(Recipe, [Variants[0], new(new TriangularPolicy(0.001, 0.004, 4))]), Setting, "runs.triangular.policy was \"triangular:base=0.001,max=0.003,step=4\" and is \"triangular:base=0.001,max=0.004,step=4\" now");
            AssertOther(new Comparison(Recipe, [Variants[0], Variants[1] with { Iterations = 16 }]), Setting, "runs.triangular.iterations was 8 and is 16 now");
            AssertOther(new Comparison(Recipe with { Batch = 21 }, Variants), Setting, "configuration.batch was 20 and is 21 now");
            AssertOther(new Comparison(Recipe with { Training = Recipe.Training with { Crop = 7 } }, Variants), Setting, "configuration.crop was not set and is 7 now");
            AssertOther(new Comparison(Recipe, Variants), Setting with { DataChecksum = "abd" }, "configuration.dataChecksum was \"abc\" and is \"abd\" now");
            AssertOther(new Comparison(Recipe, Variants), Setting with { Device = new(DeviceKind.Cuda, 0, "2 cores", 1 << 30) }, "device.kind was \"Cpu\" and is \"Cuda\" now");
            AssertOther(new Comparison(Recipe, Variants), Setting with { Compilation = new() { Fuse = false } }, "configuration.fusion was true and is false now");
        }

        // Another device of the same kind and name, and another command that means the same, will do.
        using var resumed = RunFolder.Resume(folder.Root);
        Assert.That(() => resumed.Begin(new Comparison(Recipe, Variants), Setting with { Device = new(DeviceKind.Cpu, 1, "2 cores", 1 << 20), Command = "other" }), Throws.Nothing);
    }

    [Test]
    public void Another_version_is_refused()
    {
        Begin(RunFolder.Create(folder.Root), new Comparison(Recipe, Variants));
        string plan = File.ReadAllText(folder.At("plan.json"));
        File.WriteAllText(folder.At("plan.json"), plan.Replace(Versions.Current.DotNet, ".NET 9.0.1", StringComparison.Ordinal));
        AssertOther(new Comparison(Recipe, Variants), Setting, "versions.dotNet was \".NET 9.0.1\" and is");
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("""{"kind":"comparison","experiment":{}}""")]
    [TestCase("""{"kind":"comparison-plan"}""")]
    [TestCase("""{"kind":"comparison-plan","kind":"comparison-plan","experiment":{}}""")]
    public void A_broken_plan_is_refused(string plan)
    {
        File.WriteAllText(folder.At("plan.json"), plan);
        using var resumed = RunFolder.Resume(folder.Root);
        Assert.That(() => resumed.Begin(new Comparison(Recipe, Variants), Setting), Throws.TypeOf<RunFileException>().With.Message.Contains(folder.At("plan.json")).And.Message.Contains("Choose another folder"));
    }

    [Test]
    public void What_a_hostile_plan_says_is_cut_short_and_on_one_line()
    {
        Begin(RunFolder.Create(folder.Root), new Comparison(Recipe, Variants));
        string plan = File.ReadAllText(folder.At("plan.json"));
        File.WriteAllText(folder.At("plan.json"), plan.Replace("\"abc\"", $"\"{new string('x', 10_000)}\", \"\\u001b[31m\\n{new string('y', 10_000)}\": 1", StringComparison.Ordinal));
        using var resumed = RunFolder.Resume(folder.Root);
        var error = Assert.Throws<TrainingException>(() => resumed.Begin(new Comparison(Recipe, Variants), Setting))!;
        Assert.That(error.Message.Any(char.IsControl), Is.False);
        Assert.That(error.Message, Has.Length.LessThan(1000));
    }

    [TestCase("kind", "\"comparison\"", "of kind 'comparison'")]
    [TestCase("kind", "1", "is broken")]
    [TestCase("configuration.batch", "21", "configuration.batch was 21 and is 20 now")]
    [TestCase("configuration", "null", "configuration was not set")]
    [TestCase("configuration.seed", "6", "configuration.seed was 6 and is 5 now")]
    [TestCase("result", "null", "is broken")]
    [TestCase("result.name", "\"triangular\"", "of run 'triangular'")]
    [TestCase("result.policy", "\"fixed:rate=2\"", "with fixed:rate=2")]
    [TestCase("result.outcome", "\"Cancelled\"", "its outcome is 'Cancelled'")]
    [TestCase("result.outcome", "0", "is broken")]
    [TestCase("result.outcome", "\"Diverged\"", "says nowhere where it diverged")]
    [TestCase("result.iterations", "7", "made 7 of 8 iterations and completed")]
    [TestCase("result.iterations", "-1", "made -1 of 8")]
    [TestCase("result.iterations", "1e99", "is broken")]
    [TestCase("result.elapsedSeconds", "-1", "took -1 seconds")]
    [TestCase("result.elapsedSeconds", "1e300", "took 1E+300 seconds")]
    [TestCase("result.elapsedSeconds", "\"NaN\"", "took NaN seconds")]
    [TestCase("result.imagesPerSecond", "\"Infinity\"", "trained on Infinity images")]
    [TestCase("result.evaluations", "null", "evaluations")]
    [TestCase("result.evaluations", "[]", "last evaluation is at iteration -1 of 8")]
    [TestCase("result.evaluations.0.iteration", "8", "an evaluation is at iteration 8, where one from 9 to 8 is expected")]
    [TestCase("result.evaluations.0.iteration", "-1", "an evaluation is at iteration -1")]
    [TestCase("result.evaluations.1.iteration", "9", "an evaluation is at iteration 9")]
    [TestCase("result.evaluations.1.iteration", "7", "last evaluation is at iteration 7 of 8")]
    [TestCase("result.evaluations.1", """{"iteration":8,"loss":1,"top5Accuracy":1}""", "is broken")]
    [TestCase("result.evaluations.0.accuracy", "1.5", "accuracies at iteration 4 are 1.5")]
    [TestCase("result.evaluations.0.accuracy", "\"NaN\"", "accuracies at iteration 4 are NaN")]
    [TestCase("result.evaluations.0.top5Accuracy", "-0.1", "accuracies at iteration 4")]
    [TestCase("result.evaluations.0.loss", "\"NaN\"", "its test loss at iteration 4 is NaN")]
    [TestCase("result.divergence", """{"iteration":4,"lastFiniteIteration":3,"rate":1,"loss":"NaN"}""", "says where it diverged")]
    [TestCase("result.tenCrop", """{"iteration":8,"loss":1,"accuracy":1,"top5Accuracy":1}""", "ten crops")]
    [TestCase("lossCurve", "null", "oss")]
    [TestCase("lossCurve.1.iteration", "0", "at iteration 0, after 0")]
    [TestCase("lossCurve.1.iteration", "1e9", "at iteration 1000000000")]
    [TestCase("lossCurve.0.loss", "\"Infinity\"", "a loss of Infinity")]
    public void A_run_file_with_one_wrong_member_is_refused(string member, string value, string what)
    {
        var comparison = new Comparison(Recipe, Variants);
        Begin(RunFolder.Create(folder.Root), comparison, (0, Completed));
        string path = folder.At("fixed/run.json");
        File.WriteAllText(path, Changed(File.ReadAllText(path), member, value));
        AssertRefused(comparison, path, what);
    }

    [TestCase("divergence", "null", "says nowhere where it diverged")]
    [TestCase("divergence.iteration", "9", "diverged at iteration 9")]
    [TestCase("divergence.lastFiniteIteration", "5", "after 5")]
    [TestCase("divergence.loss", "1", "with a loss of 1")]
    [TestCase("divergence.rate", "\"NaN\"", "at a rate of NaN")]
    [TestCase("iterations", "9", "made 9 of 8 iterations and diverged")]
    [TestCase("outcome", "\"Completed\"", "made 5 of 8 iterations and completed")]
    public void A_run_file_that_diverged_impossibly_is_refused(string member, string value, string what)
    {
        var comparison = new Comparison(Recipe, Variants);
        Begin(RunFolder.Create(folder.Root), comparison, (0, Diverged));
        string path = folder.At("fixed/run.json");
        File.WriteAllText(path, Changed(File.ReadAllText(path), $"result.{member}", value));
        AssertRefused(comparison, path, what);
    }

    [Test]
    public void A_run_file_with_too_long_a_loss_curve_is_refused()
    {
        var comparison = new Comparison(Recipe, Variants);
        Begin(RunFolder.Create(folder.Root), comparison, (0, Completed with { LossCurve = [.. Enumerable.Range(0, 201).Select(i => new LossPoint(i / 100.0, 1))] }));
        AssertRefused(comparison, folder.At("fixed/run.json"), "200 points");
    }

    private void AssertOther(Comparison comparison, RunSetting setting, string what)
    {
        using var resumed = RunFolder.Resume(folder.Root);
        Assert.That(() => resumed.Begin(comparison, setting), Throws.TypeOf<TrainingException>().With.Message.Contains(what).And.Message.Contains("plan.json"));
    }

    private void AssertRefused(Comparison comparison, string path, string what)
    {
        using var resumed = RunFolder.Resume(folder.Root);
        Assert.That(() => resumed.Begin(comparison, Setting), Throws.TypeOf<RunFileException>().With.Message.Contains(path).And.Message.Contains(what).And.Message.Contains("Delete it to make that run again."));
    }

    private static void Begin(RunFolder output, Comparison comparison, params (int Index, TrainingResult Result)[] ended)
    {
        using (output)
        {
            output.Begin(comparison, Setting);
            foreach (var (index, result) in ended.Where(run => run.Index < comparison.Steps.Length))
                output.OpenRun(comparison, Setting, comparison.Steps[index]).OnEnd(result);
        }
    }

    private static string Changed(string json, string path, string value)
    {
        var root = JsonNode.Parse(json)!;
        var node = root;
        string[] members = path.Split('.');
        foreach (string member in members[..^1])
            node = int.TryParse(member, out int i) ? node![i] : node![member];
        if (int.TryParse(members[^1], out int last))
            node![last] = JsonNode.Parse(value);
        else
            node![members[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
