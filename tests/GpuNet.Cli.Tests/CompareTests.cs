using GpuNet.Cli.Commands;
using GpuNet.Kernels.Devices;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>Short comparisons from the command line.</summary>
public sealed class CompareTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Runs_the_four_policies_by_default_from_the_same_weights_to_a_cycles_end()
    {
        var result = Compare("--iterations", "12");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(Runs, Is.EquivalentTo(new[] { "fixed", "triangular", "triangular2", "exp_range" }));
            Assert.That(File.Exists(Path.Combine(folder.Out, RunFolder.ComparisonFile)));
            // TensorBoard, opened on the folder, takes each of its folders for a run.
            Assert.That(Directory.GetFiles(folder.Out, $"{TinyData.Events}*", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file))), Is.EquivalentTo(Runs));
            Assert.That(result.Output, Does.Contain("at 12").And.Contain("Best").And.Contain("run 'fixed' was reached").And.Contain($"Run folder: {folder.Out}"));
            Assert.That(result.Error, Does.Not.Contain("warning:"));
            // Every policy begins at the base rate, so the first rows are the same but for their times.
            Assert.That(Runs.Select(run => FirstRow(run)).Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public void Each_policy_given_is_a_run_and_one_that_stops_inside_a_cycle_is_warned_of()
    {
        var result = Compare("--iterations", "5", "--policy", "fixed:rate=0.001", "--policy", "triangular:base=0.001,max=0.002,step=2", "--policy", "fixed:rate=0.002");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(Runs, Is.EquivalentTo(new[] { "fixed", "triangular", "fixed-2" }));
        Assert.That(result.Error, Does.Contain("warning: triangular: 5 iterations stop inside a cycle of 4"));
    }

    [Test]
    public void A_run_may_have_an_optimizer_of_its_own()
    {
        var result = Compare("--iterations", "4", "--policy", "fixed:rate=0.001", "--run", "sgd:momentum=0.5/fixed:rate=0.001", "--run", "sgd/triangular:base=0.001,max=0.002,step=2");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(Runs, Is.EquivalentTo(new[] { "fixed", "sgd-fixed", "sgd-triangular" }));
        Assert.That(File.ReadAllText(Path.Combine(folder.Out, RunFolder.ReportFile)), Does.Contain("sgd:momentum=0.5,form=caffe"));
        var wrong = Compare("--run", "fixed:rate=0.001");
        Assert.That((ExitCode)wrong.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(wrong.ErrorLines, Has.One.Contains("OPTIMIZER/POLICY"));
    }

    [Test]
    public void Every_cycles_end_is_evaluated_by_default()
    {
        var result = Compare("--iterations", "42", "--policy", "triangular:base=0.001,max=0.002,step=7");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        var evaluated = File.ReadLines(Path.Combine(folder.Out, "triangular", CsvLog.EvaluationsFile)).Skip(1).Select(row => row.Split(',')[0]);
        Assert.That(evaluated, Is.EqualTo(new[] { "7", "14", "21", "28", "35", "42" }));
    }

    [TestCase(1200L, "fixed:rate=0.1", 100L)]
    [TestCase(5L, "fixed:rate=0.1", 1L)]
    [TestCase(1200L, "triangular:base=0.1,max=0.2,step=200", 100L)]
    [TestCase(1200L, "triangular:base=0.1,max=0.2,step=150", 75L)]
    [TestCase(1000L, "triangular:base=0.1,max=0.2,step=200 exp_range:base=0.1,max=0.2,step=250,gamma=1", 50L)]
    [TestCase(1202L, "triangular:base=0.1,max=0.2,step=601", 601L)]
    [TestCase(300L, "triangular:base=0.1,max=0.2,step=601", 25L)]
    [TestCase(1200L, "triangular:base=0.1,max=0.2,step=7", 100L)]
    [TestCase(1_000_000_000L, "triangular:base=0.1,max=0.2,step=4611686018427387903", 83_333_333L)]
    public void The_default_test_interval_is_the_nearest_to_a_12th_that_meets_every_cycles_end(long iterations, string policies, long interval) =>
        Assert.That(CompareCommand.TestIntervalFor(iterations, policies.Split(' ').Select(PolicyText.Parse)), Is.EqualTo(interval));

    [Test]
    public void A_run_that_diverges_is_reported_and_the_others_go_on()
    {
        var result = Compare("--iterations", "6", "--policy", "fixed:rate=1e30", "--policy", "fixed:rate=0.001");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Diverged), result.Error);
            Assert.That(result.Output, Does.Contain("fixed (diverged)").And.Contain("fixed-2"));
            Assert.That(result.ErrorLines.Count(line => line.StartsWith("error:", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(File.ReadAllLines(LogOf("fixed-2")), Has.Length.EqualTo(1 + 6));
        }
    }

    [Test]
    public void Cancellation_keeps_complete_logs_and_the_results_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        using var error = new CancellingWriter(cancellation, "triangular: iteration 1/");
        using var output = new StringWriter();
        int code = Program.Run(["compare", .. folder.Options, "--iterations", "12"], output, error, cancellation: cancellation.Token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)code, Is.EqualTo(ExitCode.Cancelled), error.ToString());
            Assert.That(Runs, Is.EquivalentTo(new[] { "fixed", "triangular" }));
            Assert.That(File.ReadAllLines(LogOf("fixed")), Has.Length.EqualTo(1 + 12));
            Assert.That(File.ReadAllText(LogOf("triangular")), Does.EndWith("\n"));
            Assert.That(File.Exists(Path.Combine(folder.Out, RunFolder.ComparisonFile)));
            Assert.That(output.ToString(), Does.Contain("triangular (cancelled)"));
            Assert.That(error.ToString(), Does.Contain("error: cancelled in run 'triangular'"));
        }
    }

    [Test]
    public void Cancellation_before_the_first_iteration_is_a_result_too()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run(["compare", .. folder.Options, "--iterations", "12"], output, error, cancellation: new CancellationToken(canceled: true));
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.Cancelled), error.ToString());
        Assert.That(File.ReadAllLines(LogOf("fixed")), Has.Length.EqualTo(1));
    }

    [Test]
    public void Several_seeds_have_means_deviations_and_a_test_of_each_difference()
    {
        var result = Compare("--iterations", "4", "--seeds", "3", "--policy", "fixed:rate=0.001", "--policy", "triangular:base=0.001,max=0.02,step=2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Contain("seeds 1 to 3 (mean ± standard deviation)").And.Contain("To fixed's best").And.Contain("Against fixed").And.Contain("95 % interval"));
            Assert.That(result.Output, Does.Match(@"fixed +\d+\.\d\d ± \d+\.\d\d % "));
            Assert.That(result.Error, Does.Contain("triangular, seed 3: run 6 of 6"));
            foreach (string run in new[] { "fixed", "triangular" })
                Assert.That(Directory.GetDirectories(Path.Combine(folder.Out, run)).Select(Path.GetFileName), Is.EquivalentTo(new[] { "seed-1", "seed-2", "seed-3" }));
            // The variants of a seed begin alike, the seeds do not.
            Assert.That(FirstRow("fixed/seed-2"), Is.EqualTo(FirstRow("triangular/seed-2")));
            Assert.That(FirstRow("fixed/seed-2"), Is.Not.EqualTo(FirstRow("fixed/seed-1")));
        }
    }

    [Test]
    public void A_comparison_that_was_cancelled_is_resumed_without_its_finished_runs()
    {
        string[] options = ["compare", .. folder.Options, "--iterations", "12"];
        using var cancellation = new CancellationTokenSource();
        using var error = new CancellingWriter(cancellation, "triangular2: iteration 1/");
        using var output = new StringWriter();
        Assert.That((ExitCode)Program.Run(options, output, error, cancellation: cancellation.Token), Is.EqualTo(ExitCode.Cancelled), error.ToString());
        var finished = new[] { "fixed", "triangular" }.ToDictionary(run => run, run => File.GetLastWriteTimeUtc(LogOf(run)));

        var refused = Gpunet.Run(options);
        Assert.That((ExitCode)refused.Code, Is.EqualTo(ExitCode.Output));
        Assert.That(refused.Error, Does.Contain("--resume"));
        var resumed = Gpunet.Run([.. options, "--resume"]);
        var whole = Gpunet.Run([.. options.Select(option => option == folder.Out ? folder.At("whole") : option)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)resumed.Code, Is.EqualTo(ExitCode.Success), resumed.Error);
            Assert.That(resumed.Error, Does.Contain("Resumed: 2 of 4 runs are finished.").And.Contain("triangular2: run 3 of 4").And.Not.Contain("triangular: "));
            foreach (var (run, written) in finished)
                Assert.That(File.GetLastWriteTimeUtc(LogOf(run)), Is.EqualTo(written), run);
            Assert.That(File.ReadAllLines(LogOf("triangular2")), Has.Length.EqualTo(1 + 12));
            Assert.That(Tables.WithoutTimes(resumed.Output), Is.EqualTo(Tables.WithoutTimes(whole.Output)));
        }
    }

    [Test]
    public void Resuming_says_what_differs_and_which_folder_is_meant()
    {
        Assert.That((ExitCode)Compare("--iterations", "2", "--policy", "fixed:rate=0.001").Code, Is.EqualTo(ExitCode.Success));
        var other = Compare("--iterations", "3", "--policy", "fixed:rate=0.001", "--resume");
        Assert.That((ExitCode)other.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(other.ErrorLines[^1], Does.StartWith("error: ").And.Contain("configuration.iterations was 2 and is 3 now"));
        var nowhere = Gpunet.Run("compare", "--resume");
        Assert.That((ExitCode)nowhere.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(nowhere.Error, Does.Contain("--out"));
        File.WriteAllText(Path.Combine(folder.Out, "fixed", RunFolder.RunFile), "{");
        var broken = Compare("--iterations", "2", "--policy", "fixed:rate=0.001", "--resume");
        Assert.That((ExitCode)broken.Code, Is.EqualTo(ExitCode.Data));
        Assert.That(broken.ErrorLines[^1], Does.Contain(Path.Combine("fixed", RunFolder.RunFile)).And.Contain("Delete it to make that run again."));
    }

    [Test]
    public void The_processor_taken_by_auto_is_warned_of()
    {
        if (DeviceCatalog.DefaultOf(DeviceCatalog.List()).Kind != DeviceKind.Cpu)
            Assert.Ignore("auto takes a GPU on this machine.");
        var result = Compare("--iterations", "1", "--policy", "fixed:rate=0.001", "--device", "auto");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines, Has.One.StartsWith("warning: No GPU found: running on the processor"));
    }

    private IEnumerable<string?> Runs => Directory.GetDirectories(folder.Out).Select(Path.GetFileName);

    private CommandResult Compare(params string[] args) =>
        Gpunet.Run(["compare", .. folder.Options.Chunk(2).Where(pair => !args.Contains(pair[0])).SelectMany(pair => pair), .. args]);

    private string LogOf(string run) => Path.Combine(folder.Out, run, CsvLog.IterationsFile);

    private string FirstRow(string? run) => string.Join(',', File.ReadAllLines(LogOf(run!))[1].Split(',')[..3]);

    /// <summary>Cancels as soon as a text was written.</summary>
    private sealed class CancellingWriter(CancellationTokenSource cancellation, string trigger) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(trigger, StringComparison.Ordinal) == true)
                cancellation.Cancel();
        }
    }
}
