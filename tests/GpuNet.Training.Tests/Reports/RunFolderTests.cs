using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

public sealed class RunFolderTests
{
    private static readonly string[] PlotFiles = ["accuracy.png", "accuracy.svg", "loss.png", "loss.svg", "rate.png", "rate.svg"];

    private static readonly RunSetting Setting =
        new("tiny", 60, 37, new DeviceDescription(DeviceKind.Cpu, 0, "2 cores", 1 << 30), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static readonly Recipe Recipe = Cifar10QuickRecipe.Recipe;

    private static readonly RunRecord Good = Run("fixed", new FixedPolicy(0.001), RunOutcome.Completed, null, 0.1, 0.6, 0.5);

    private static readonly RunRecord Bad =
        Run("triangular", new TriangularPolicy(0.001, 5, 100), RunOutcome.Diverged, new Divergence(12, 11, 0.6, double.NaN), 0.1);

    [Test]
    public void A_run_leaves_its_description_and_plots()
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.At("new/folder"));
        output.Write(Recipe, Setting, Good);
        Assert.That(Directory.GetFiles(output.Path).Select(Path.GetFileName).Order(), Is.EqualTo([.. PlotFiles, "run.json"]).Using<string>(string.CompareOrdinal));
        using var json = JsonDocument.Parse(File.ReadAllBytes(output.FileAt("run.json")));
        var root = json.RootElement;
        Assert.That(root.GetProperty("kind").GetString(), Is.EqualTo("run"));
        Assert.That(root.GetProperty("configuration").GetProperty("seed").GetUInt64(), Is.EqualTo(Recipe.Training.Seed));
        Assert.That(root.GetProperty("configuration").GetProperty("weightDecay").GetDouble(), Is.EqualTo(0.004));
        Assert.That(root.GetProperty("device").GetProperty("id").GetString(), Is.EqualTo("cpu"));
        Assert.That(root.GetProperty("versions").GetProperty("ilgpu").GetString(), Does.StartWith("1.5.3"));
        Assert.That(root.GetProperty("versions").GetProperty("dotNet").GetString(), Does.StartWith(".NET 10"));
        Assert.That(root.GetProperty("result").GetProperty("policy").GetString(), Is.EqualTo("fixed:rate=0.001"));
        Assert.That(root.GetProperty("result").GetProperty("bestAccuracyAt").GetInt64(), Is.EqualTo(100));
        Assert.That(root.GetProperty("result").GetProperty("evaluations")[2].GetProperty("accuracy").GetDouble(), Is.EqualTo(0.5));
    }

    [Test]
    public void A_comparison_leaves_all_runs_in_one_description_a_divergence_too()
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.Root);
        output.Write(Setting, new ComparisonResult(Recipe, [Good, Bad]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(output.FileAt("comparison.json")));
        var results = json.RootElement.GetProperty("results");
        Assert.That(json.RootElement.GetProperty("reference").GetString(), Is.EqualTo("fixed"));
        Assert.That(json.RootElement.GetProperty("referenceAccuracy").GetDouble(), Is.EqualTo(0.6));
        Assert.That(results[0].GetProperty("iterationsToReferenceAccuracy").GetInt64(), Is.EqualTo(100));
        Assert.That(results[1].GetProperty("iterationsToReferenceAccuracy").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var divergence = results[1].GetProperty("run").GetProperty("divergence");
        Assert.That(divergence.GetProperty("iteration").GetInt64(), Is.EqualTo(12));
        Assert.That(divergence.GetProperty("rate").GetDouble(), Is.EqualTo(0.6));
        Assert.That(divergence.GetProperty("loss").GetString(), Is.EqualTo("NaN"));
    }

    [Test]
    public void Plots_are_pictures_that_name_every_run()
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.Root);
        output.Write(Setting, new ComparisonResult(Recipe, [Good, Bad]));
        foreach (string file in PlotFiles)
        {
            byte[] content = File.ReadAllBytes(output.FileAt(file));
            if (file.EndsWith(".png", StringComparison.Ordinal))
                Assert.That(content.Take(8), Is.EqualTo((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]), file);
            else
                Assert.That(System.Text.Encoding.UTF8.GetString(content), Does.Contain("<svg").And.Contain("triangular (diverged)").And.EndWith("</svg>\n").Or.EndWith("</svg>"), file);
        }
    }

    [TestCase(1e30, "1E+30")]
    [TestCase(1e-30, "1E-30")]
    [TestCase(1e-3, "0.001")]
    public void A_plot_of_rates_beyond_any_sense_has_a_scale_all_the_same(double rate, string label)
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.Root);
        output.Write(Recipe, Setting, Run("multistep", new MultistepPolicy(rate, 0.001, 100), RunOutcome.Completed, null, 0.1));
        Assert.That(File.ReadAllText(output.FileAt("rate.svg")), Does.Match($@">\s*{Regex.Escape(label)}\s*<"));
    }

    [Test]
    public void The_description_has_the_display_interval_that_was_used_and_the_recipe_that_the_settings_began_as()
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.Root);
        output.Write(Recipe with { Batch = 7 }, Setting, Good);
        using var json = JsonDocument.Parse(File.ReadAllBytes(output.FileAt("run.json")));
        var configuration = json.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("displayInterval").GetInt64(), Is.EqualTo(1));
        Assert.That(configuration.GetProperty("batch").GetInt32(), Is.EqualTo(7));
        Assert.That(configuration.GetProperty("baseRecipe").GetString(), Is.EqualTo("cifar10_quick"));
        Assert.That(configuration.TryGetProperty("recipe", out _), Is.False);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "permissions are set with a Unix file mode.")]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_can_be_written_but_not_read_is_refused()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Ignore("this user may read every folder.");
        using var folder = new TemporaryFolder();
        string path = Directory.CreateDirectory(folder.At("out")).FullName;
        File.SetUnixFileMode(path, UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(() => RunFolder.Create(path), Throws.TypeOf<OutputException>().With.Message.Contains($"'{path}'"));
    }

    [Test]
    public void Each_run_of_a_comparison_logs_to_a_folder_of_its_own()
    {
        using var folder = new TemporaryFolder();
        using var output = RunFolder.Create(folder.Root);
        var comparison = new Comparison(Recipe, [new(new FixedPolicy(0.001))], seeds: 2);
        output.OpenRun(comparison, Setting, comparison.Steps[1]).OnEvaluation(new(1, 1, 1, 1));
        Assert.That(File.ReadAllLines(folder.At("fixed/seed-2/evaluations.csv")), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_plot_of_several_seeds_has_one_line_of_a_variant()
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.Root);
        var other = Run("fixed", new FixedPolicy(0.001), RunOutcome.Completed, null, 0.2, 0.4, 0.7) with { Options = Good.Options with { Seed = 2 } };
        output.Write(Setting, new ComparisonResult(Recipe, [Good, other]));
        string one = File.ReadAllText(output.FileAt("accuracy.svg"));
        Assert.That(Regex.Count(one, @">\s*fixed\s*<"), Is.EqualTo(1));
        using var json = JsonDocument.Parse(File.ReadAllBytes(output.FileAt("comparison.json")));
        var variant = json.RootElement.GetProperty("variants")[0];
        Assert.That(variant.GetProperty("lastAccuracy").GetProperty("mean").GetDouble(), Is.EqualTo(0.6).Within(1e-12));
        Assert.That(variant.GetProperty("lastAccuracy").GetProperty("deviation").GetDouble(), Is.EqualTo(Math.Sqrt(0.02)).Within(1e-12));
    }

    [Test]
    public void A_folder_below_a_file_cannot_be_made()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", [1]);
        Assert.That(() => RunFolder.Create(Path.Combine(file, "out")), Throws.TypeOf<OutputException>().With.Message.Contains(Path.Combine(file, "out")));
    }

    [TestCase("run.json")]
    [TestCase("plan.json")]
    [TestCase("comparison.json")]
    [TestCase("iterations.csv")]
    [TestCase("checkpoint-best.safetensors")]
    [TestCase("fixed/iterations.csv")]
    public void A_folder_with_the_results_of_an_earlier_run_is_refused_and_left_alone(string file)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("fixed"));
        folder.Write(file, [1]);
        Assert.That(() => RunFolder.Create(folder.Root), Throws.TypeOf<OutputException>().With.Message.Contains($"'{file}'"));
        Assert.That(File.ReadAllBytes(folder.At(file)), Is.EqualTo((byte[])[1]));
        Assert.That(Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories), Has.Length.EqualTo(1));
    }

    [Test]
    public void What_a_killed_process_left_half_written_is_removed_and_other_files_are_not()
    {
        using var folder = new TemporaryFolder();
        string[] kept = [folder.Write("notes.tmp", [1]), folder.Write("a.12b.tmp", [1])];
        foreach (string leftOver in (string[])["checkpoint.safetensors.4711.tmp", "run.json.4711.tmp", ".4711.tmp"])
            folder.Write(leftOver, [1]);
        using (var output = RunFolder.GoOn(folder.Root))
            output.Hold();
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.EquivalentTo(kept));
    }

    [Test]
    public void Two_runs_cannot_be_at_work_in_one_folder()
    {
        using var folder = new TemporaryFolder();
        using var other = RunFolder.GoOn(folder.Root);
        using (var output = RunFolder.GoOn(folder.Root))
        {
            output.Hold();
            Assert.That(other.Hold, Throws.TypeOf<OutputException>().With.Message.Contains(folder.Root).And.Message.Contains("another process"));
        }

        other.Hold();
    }

    [Test]
    public void A_probe_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.Root);
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.Empty);
    }

    [TestCase(10, false)]
    [TestCase(11, true)]
    public void Of_more_than_ten_classes_the_top_5_accuracy_is_drawn_too(int classes, bool isDrawn)
    {
        using var folder = new TemporaryFolder();
        var output = RunFolder.Create(folder.At("out"));
        output.Write(Recipe, Setting with { Classes = classes }, Run("fixed", new FixedPolicy(0.1), RunOutcome.Completed, null, 0.1, 0.5));
        Assert.That(File.ReadAllText(output.FileAt("accuracy.svg")).Contains("fixed, top 5", StringComparison.Ordinal), Is.EqualTo(isDrawn));
    }

    private static RunRecord Run(string name, LearningRatePolicy policy, RunOutcome outcome, Divergence? divergence, params double[] accuracies) => new(
        name,
        Recipe.Training with { Policy = policy, Iterations = 200 },
        new(outcome, 200, [.. accuracies.Select((accuracy, i) => new EvaluationRecord(100 * i, 1, accuracy, 1))], [new(0.5, 2.3), new(99.5, 1.1)], TimeSpan.FromSeconds(9), 321, divergence));
}
