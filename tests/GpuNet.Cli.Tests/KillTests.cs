using System.Diagnostics;
using System.Globalization;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>
/// A run that is killed (SIGKILL) again and again, and gone on with by the same command, ends with the weights of one that never was. A test run kills three
/// times; <c>GPUNET_KILLS</c> says how often otherwise.
/// </summary>
public sealed class KillTests
{
    private const int IterationsOfALife = 60;

    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("GPUNET_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int kills) ? kills : 3;

    private TinyData folder = null!;

    private enum Moment
    {
        /// <summary>At any time after the start of the process: while it looks for checkpoints, opens logs, compiles.</summary>
        Starting,

        /// <summary>At any time after its first iteration.</summary>
        Training,

        /// <summary>When a checkpoint is seen half written.</summary>
        Writing,
    }

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task A_run_that_is_killed_and_goes_on_is_the_unbroken_one()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("there is no SIGKILL.");
        int iterations = IterationsOfALife * (Kills + 1), seed = Kills == 3 ? 1 : Random.Shared.Next(), halfWritten = 0, resumed = 0;
        var random = new Random(seed);
        string broken = folder.At("broken");
        string[] line = [.. folder.Options[..^1], broken, "--iterations", $"{iterations}", "--test-interval", "50", "--mirror", "--checkpoint-interval", "1", "--resume", "auto"];
        for (int i = 0; i < Kills; i++)
        {
            var moment = (Moment)(i % 3);
            var result = await Gpunet.StartAsync(folder.Root, ["train", .. line], process => Kill(process, broken, moment, random));
            Assert.That((ExitCode)result.Code, Is.Not.EqualTo(ExitCode.Success), $"kill {i}: the run came to its end, of {iterations} iterations");
            Assert.That(result.Error, Does.Not.Contain("error:").And.Not.Contain("warning: checkpoint"), $"kill {i}");
            resumed += result.Error.Contains("Resumed from", StringComparison.Ordinal) ? 1 : 0;
            if (!Directory.Exists(broken))
                continue;
            halfWritten += Directory.GetFiles(broken, "*.tmp").Length > 0 ? 1 : 0;
            foreach (string file in Directory.GetFiles(broken, "checkpoint*.safetensors"))
                Assert.That(() => Checkpoint.Read(file), Throws.Nothing, $"kill {i}, {moment}");
        }

        var last = await Gpunet.StartAsync(folder.Root, ["train", .. line]);
        Assert.That((ExitCode)last.Code, Is.EqualTo(ExitCode.Success), last.Error);
        Assert.That((ExitCode)Gpunet.Run(["train", .. folder.Options, "--iterations", $"{iterations}", "--test-interval", "50", "--mirror"]).Code, Is.EqualTo(ExitCode.Success));
        TestContext.Out.WriteLine($"{Kills} kills, seed {seed}: {resumed} lives went on from a checkpoint before they were killed, {halfWritten} left a half-written file; the last one: {last.ErrorLines.FirstOrDefault(line => line.StartsWith("Resumed", StringComparison.Ordinal))}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(last.Error, Does.Contain("Resumed from"));
            Assert.That(File.ReadAllBytes(Path.Combine(broken, RunFolder.WeightsFile)), Is.EqualTo(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.WeightsFile))));
            Assert.That(Rows(broken), Is.EqualTo(Rows(folder.Out)));
            Assert.That(File.ReadAllLines(Path.Combine(broken, CsvLog.EvaluationsFile)), Is.EqualTo(File.ReadAllLines(Path.Combine(folder.Out, CsvLog.EvaluationsFile))));
            Assert.That(TinyData.FilesIn(broken).Distinct(), Is.EquivalentTo(folder.OutFiles), "nothing is left over");
        }
    }

    private static async Task Kill(Process process, string run, Moment moment, Random random)
    {
        string log = Path.Combine(run, CsvLog.IterationsFile);
        var begun = File.Exists(log) ? File.GetLastWriteTimeUtc(log) : DateTime.MinValue;
        var waited = Stopwatch.StartNew();
        if (moment == Moment.Starting)
        {
            await Task.Delay(random.Next(2000));
        }
        else
        {
            await Until(() => File.Exists(log) && File.GetLastWriteTimeUtc(log) > begun && File.ReadLines(log).Skip(1).Any());
            await Task.Delay(random.Next(300));
        }

        if (moment == Moment.Writing)
            await Until(() => Directory.GetFiles(run, "checkpoint*.tmp").Length > 0, spin: true);
        process.Kill();

        async Task Until(Func<bool> holds, bool spin = false)
        {
            while (!process.HasExited && !holds() && waited.Elapsed < Gpunet.Patience)
            {
                if (!spin)
                    await Task.Delay(10);
            }
        }
    }

    // Iteration, rate and loss; the columns behind them are times.
    private static string[] Rows(string run) => [.. File.ReadLines(Path.Combine(run, CsvLog.IterationsFile)).Select(line => string.Join(',', line.Split(',').Take(3)))];
}
