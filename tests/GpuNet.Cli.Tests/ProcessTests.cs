using System.Diagnostics;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>The tool as a process of its own: streams, exit codes and signals.</summary>
public sealed class ProcessTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Results_go_to_standard_output_and_the_rest_to_standard_error_without_ANSI_codes()
    {
        var result = await Gpunet.StartAsync(folder.Root, ["train", .. folder.Options, "--iterations", "2"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Contain("Test accuracy").And.Contain("Run folder: ").And.Not.Contain("Device:"));
            Assert.That(result.Error, Does.Contain("Device: cpu").And.Contain("iteration 1/2").And.Not.Contain("Run folder"));
            Assert.That(result.Output + result.Error, Does.Not.Contain("\u001b"));
        }
    }

    [Test]
    public async Task An_error_is_one_line_and_leaves_nothing()
    {
        string[] before = Directory.GetFileSystemEntries(folder.Root);
        var result = await Gpunet.StartAsync(folder.Root, ["compare", "--policy", "fixed:rate=-1"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
            Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task A_comparison_killed_in_its_third_run_is_resumed_to_the_table_of_an_unbroken_one()
    {
        // Long enough to be caught in; the seed's second run and the third run's beginning are there by then.
        string[] options = ["compare", .. folder.Options, "--iterations", "400", "--seeds", "2", "--policy", "fixed:rate=0.001", "--policy", "triangular:base=0.001,max=0.003,step=100"];
        string third = Path.Combine(folder.Out, "fixed", "seed-2", CsvLog.IterationsFile);
        string[] first = [Path.Combine(folder.Out, "fixed", "seed-1"), Path.Combine(folder.Out, "triangular", "seed-1")];
        var killed = await Gpunet.StartAsync(folder.Root, options, async process =>
        {
            var waited = Stopwatch.StartNew();
            while (!process.HasExited && (!File.Exists(third) || new FileInfo(third).Length < 500) && waited.Elapsed < Gpunet.Patience)
                await Task.Delay(1);
            process.Kill();
        });
        var written = first.SelectMany(Directory.GetFiles).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.That(killed.Output, Is.Empty, "it was killed before its end");
        Assert.That(written.Keys.Select(Path.GetFileName), Has.Exactly(2).EqualTo(RunFolder.RunFile));
        Assert.That(Path.Combine(folder.Out, "fixed", "seed-2", RunFolder.RunFile), Does.Not.Exist);

        var resumed = await Gpunet.StartAsync(folder.Root, [.. options, "--resume"]);
        var whole = await Gpunet.StartAsync(folder.Root, [.. options.Select(option => option == folder.Out ? folder.At("whole") : option)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)resumed.Code, Is.EqualTo(ExitCode.Success), resumed.Error);
            Assert.That(resumed.Error, Does.Contain("Resumed: 2 of 4 runs are finished."));
            Assert.That(first.SelectMany(Directory.GetFiles).ToDictionary(file => file, File.GetLastWriteTimeUtc), Is.EqualTo(written));
            Assert.That(Directory.GetFiles(Path.Combine(folder.Out, "fixed", "seed-2")), Has.Length.EqualTo(Directory.GetFiles(first[0]).Length), "of the attempt that was killed nothing is left");
            Assert.That(Tables.WithoutTimes(resumed.Output), Is.EqualTo(Tables.WithoutTimes(whole.Output)));
        }
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    public async Task A_signal_ends_the_run_cleanly(string signal)
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("signals are sent with kill.");
        string log = Path.Combine(folder.Out, "fixed", CsvLog.IterationsFile);
        var result = await Gpunet.StartAsync(
            folder.Root,
            ["compare", .. folder.Options, "--iterations", "10000000", "--test-interval", "0"],
            async process =>
            {
                var waited = Stopwatch.StartNew();
                while (!process.HasExited && (!File.Exists(log) || new FileInfo(log).Length < 500) && waited.Elapsed < Gpunet.Patience)
                    await Task.Delay(50);
                Assert.That(process.HasExited, Is.False, "the run ended by itself");
                Assert.That(log, Does.Exist);
                await Gpunet.SignalAsync(process, signal);
            });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled), result.Error);
            Assert.That(File.ReadAllText(log), Does.EndWith("\n"));
            Assert.That(result.Output, Does.Contain("fixed (cancelled)"));
            Assert.That(result.ErrorLines[^1], Does.StartWith("error: cancelled in run 'fixed'"));
            Assert.That(Path.Combine(folder.Out, RunFolder.ComparisonFile), Does.Exist);
        }
    }
}
