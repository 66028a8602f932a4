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
                using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
                await kill.WaitForExitAsync();
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
