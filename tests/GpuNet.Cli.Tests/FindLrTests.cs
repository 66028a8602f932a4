using System.Text.Json;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>The range test from the command line, and a run with what it finds.</summary>
public sealed class FindLrTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void What_it_found_is_on_standard_output_and_in_the_run_folder([Values("linear", "exponential")] string sweep)
    {
        var result = Gpunet.Run(["find-lr", .. folder.Options, "--iterations", "40", "--max-rate", "0.05", "--sweep", sweep]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        string[] files = ["accuracy.png", "accuracy.svg", CsvLog.EvaluationsFile, CsvLog.IterationsFile, JsonLinesLog.FileName, TinyData.Events, "loss.png", "loss.svg", RunFolder.RangeTestCurveFile, RunFolder.RangeTestFile];
        Assert.That(folder.OutFiles, Is.EquivalentTo(files));
        Assert.That(File.ReadAllLines(Path.Combine(folder.Out, RunFolder.RangeTestCurveFile)), Has.Length.EqualTo(1 + 40 + 41));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RangeTestFile)));
        string? policy = json.RootElement.GetProperty("policy").GetString();
        string? reason = json.RootElement.GetProperty("reason").GetString();
        Assert.That(result.Output, Does.Contain(policy is null ? $"No suggestion: {reason}." : $"--policy {policy}").And.Contain($"Run folder: {folder.Out}").And.Contain("▁"));
        Assert.That(json.RootElement.GetProperty("sweep").GetProperty("shape").GetString(), Is.EqualTo(sweep).IgnoreCase);
    }

    [Test]
    public void A_run_folder_of_a_test_is_not_overwritten()
    {
        string[] line = ["find-lr", .. folder.Options, "--iterations", "10"];
        Assert.That((ExitCode)Gpunet.Run(line).Code, Is.EqualTo(ExitCode.Success));
        Assert.That((ExitCode)Gpunet.Run(line).Code, Is.EqualTo(ExitCode.Output));
    }

    [Test]
    public void Train_auto_says_what_it_found_or_that_it_found_nothing()
    {
        var result = Gpunet.Run(["train", .. folder.Options, "--iterations", "4", "--policy", "auto", "--momentum-range", "0.95-0.85"]);
        // The device and the memory that it takes are told before the test, which may take long.
        Assert.That(result.Error.IndexOf("Memory of the run: ", StringComparison.Ordinal), Is.Positive.And.LessThan(result.Error.IndexOf("range test: run 1 of 1", StringComparison.Ordinal)));
        if (result.Error.Contains("error: --policy auto", StringComparison.Ordinal))
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
            Assert.That(result.Error, Does.Contain("gpunet find-lr"));
            Assert.That(Directory.Exists(folder.Out), Is.False);
            return;
        }

        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Error, Does.Contain("Range test: triangular:base="));
        Assert.That(File.ReadAllText(Path.Combine(folder.Out, RunFolder.RunFile)), Does.Contain("triangular:base="));
        Assert.That(File.Exists(Path.Combine(folder.Out, "range-test", RunFolder.RangeTestFile)));
    }

    [TestCase("--max-rate 0", "--max-rate")]
    [TestCase("--max-rate nan", "--max-rate")]
    [TestCase("--min-rate 0.5", "0.5")]
    [TestCase("--sweep up", "--sweep is 'up'")]
    [TestCase("--sweep exponential --min-rate 0", "linear")]
    [TestCase("--iterations 3", "3 iterations")]
    [TestCase("--smoothing 1", "smoothing is 1")]
    [TestCase("--stop-at 1", "--stop-at")]
    public void Bad_settings_are_refused_in_one_line(string options, string part)
    {
        var result = Gpunet.Run(["find-lr", .. folder.Options, .. options.Split(' ')]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.StartWith("error:").And.Contain(part));
        Assert.That(result.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(Directory.Exists(folder.Out), Is.False);
    }
}
