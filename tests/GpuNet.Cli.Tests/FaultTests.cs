using System.Diagnostics;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Reports;
using SkiaSharp;

namespace GpuNet.Cli.Tests;

/// <summary>
/// What happens to machines under a run: each fault ends it with its exit code and one line that says why, what is saved, and the command that goes on. That command ends with the weights of
/// the unbroken run, and nothing that was there is damaged.
/// </summary>
public sealed class FaultTests
{
    private const string Saved = " Saved: ", Command = " Continue with: gpunet ";

    private TinyData folder = null!;

    // Long enough that something can happen to it.
    private string[] Long => ["train", .. folder.Options, "--iterations", "2000", "--test-interval", "0"];

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase(true, "checkpoint.safetensors' cannot be written")]
    [TestCase(false, "cannot be written any further")]
    public async Task A_full_disk(bool whileSaving, string part)
    {
        using var disk = new SmallDisk(folder.At("disk"), megabytes: 16);
        string run = Path.Combine(disk.Path, "run"), filler = Path.Combine(disk.Path, "filler");
        // Without checkpoints on the way, the logs are the first to find the disk full.
        string[] line = [.. Long.Select(word => word == folder.Out ? run : word), "--checkpoint-interval", whileSaving ? "1" : "1000000"];
        var result = await Gpunet.StartAsync(folder.Root, line, async process =>
        {
            await UntilItTrains(process, run);
            Fill(filler);
        });
        AssertStopped(result, ExitCode.RunStoppedByOutput, part, "No space left on device");
        AssertReadable(run);
        File.Delete(filler);
        AssertGoesOn(result, run);
    }

    [Test]
    public async Task A_folder_that_becomes_read_only()
    {
        bool isImmutable = false;
        try
        {
            var result = await Gpunet.StartAsync(folder.Root, [.. Long, "--checkpoint-interval", "50"], async process =>
            {
                await UntilItTrains(process, folder.Out);
                // Root may write in any folder but such a one.
                HostCommand.RunOrSkip("chattr", "+i", folder.Out);
                isImmutable = true;
            });
            AssertStopped(result, ExitCode.RunStoppedByOutput, "checkpoint.safetensors' cannot be written");
            AssertReadable(folder.Out);
            HostCommand.Undo("chattr", "-i", folder.Out);
            isImmutable = false;
            AssertGoesOn(result, folder.Out);
        }
        finally
        {
            if (isImmutable)
                HostCommand.Undo("chattr", "-i", folder.Out);
        }
    }

    [Test]
    public void A_folder_that_is_read_only_from_the_start()
    {
        Directory.CreateDirectory(folder.Out);
        HostCommand.RunOrSkip("mount", "--bind", folder.Out, folder.Out);
        try
        {
            HostCommand.RunOrSkip("mount", "-o", "remount,ro,bind", folder.Out);
            var result = Gpunet.Run(Long);
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output), result.Error);
            Assert.That(result.ErrorLines[^1], Does.StartWith($"error: output folder '{folder.Out}' cannot be made, read or written: ").And.Contain("Choose another one."));
            Assert.That(Directory.GetFileSystemEntries(folder.Out), Is.Empty);
        }
        finally
        {
            HostCommand.Undo("umount", folder.Out);
        }
    }

    [Test]
    public async Task A_folder_that_vanishes()
    {
        var result = await Gpunet.StartAsync(folder.Root, [.. Long, "--checkpoint-interval", "50"], async process =>
        {
            await UntilItTrains(process, folder.Out);
            // At once, whatever is written there meanwhile.
            Directory.Move(folder.Out, folder.At("gone"));
        });
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.RunStoppedByOutput), result.Error);
        Assert.That(result.ErrorLines[^1], Does.StartWith("error: ").And.Contain("checkpoint.safetensors' cannot be written").And.EndWith($"There is no {Path.Combine(folder.Out, CheckpointFolder.LatestFile)} any more to go on from."));
        Assert.That(Directory.Exists(folder.Out), Is.False);
        AssertReadable(folder.At("gone"));
    }

    [TestCase("out of memory")]
    [TestCase("an illegal memory access was encountered")]
    public void A_device_that_fails(string what)
    {
        string[] line = ["train", .. folder.Options, "--iterations", "30", "--test-interval", "0", "--checkpoint-interval", "4"];
        var result = Gpunet.RunOn(_ => TestDevice.OpenFailing(wait: 150, what), line);
        AssertStopped(result, ExitCode.RunStoppedByDevice, what);
        Assert.That(Checkpoint.Read(Path.Combine(folder.Out, CheckpointFolder.LatestFile)).Iteration, Is.InRange(1, 29));
        AssertReadable(folder.Out);
        AssertGoesOn(result, folder.Out);
    }

    [Test]
    public void A_device_that_fails_under_a_comparison()
    {
        string[] line = ["compare", .. folder.Options, "--iterations", "12", "--policy", "fixed:rate=0.001", "--policy", "fixed:rate=0.002", "--test-interval", "0"];
        var result = Gpunet.RunOn(_ => TestDevice.OpenFailing(wait: 60, "out of memory"), line);
        AssertStopped(result, ExitCode.RunStoppedByDevice, "out of memory", $"Saved: 1 of 2 runs are finished in {folder.Out}.", $"--out {folder.Out} --resume");
        var resumed = Gpunet.Run(WordsOf(result));
        Assert.That((ExitCode)resumed.Code, Is.EqualTo(ExitCode.Success), resumed.Error);
        Assert.That(resumed.Error, Does.Contain("Resumed: 1 of 2 runs are finished."));
    }

    [Test]
    public void Without_checkpoints_it_is_said_that_nothing_is_saved()
    {
        var result = Gpunet.RunOn(_ => TestDevice.OpenFailing(wait: 60, "out of memory"), [.. Long, "--checkpoint-interval", "0"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.RunStoppedByDevice), result.Error);
        Assert.That(result.ErrorLines[^1], Does.Contain("out of memory").And.EndWith("Nothing was saved to go on from (--checkpoint-interval 0)."));
    }

    [TestCase("changed")]
    [TestCase("gone")]
    [TestCase("cut")]
    public async Task A_picture_that_changes(string how)
    {
        using var pictures = new TinyPictures();
        string file = Path.Combine(pictures.Data, "train", "green", "2.png");
        byte[] before = File.ReadAllBytes(file);
        string[] line = ["train", .. pictures.Options, "--iterations", "3000", "--test-interval", "0"];
        var result = await Gpunet.StartAsync(pictures.Root, line, async process =>
        {
            await UntilItTrains(process, pictures.Out);
            if (how == "changed")
                TinyPictures.Draw(file, 20, 20, new SKColor(1, 2, 3));
            else if (how == "gone")
                File.Delete(file);
            else
                File.WriteAllBytes(file, before[..^20]);
        });
        AssertStopped(result, ExitCode.RunStoppedByData, "a file has changed since the run read it first", file);
        // As with Ctrl-C, the last iteration is saved: data that fail keep nothing from being so.
        string checkpoint = Path.Combine(pictures.Out, CheckpointFolder.LatestFile);
        Assert.That(Checkpoint.Read(checkpoint).Iteration, Is.GreaterThan(0).And.EqualTo(File.ReadLines(Path.Combine(pictures.Out, CsvLog.IterationsFile)).Count() - 1));
        File.WriteAllBytes(file, before);
        AssertGoesOn(result, pictures.Out);
    }

    [Test]
    public void Sets_in_memory_are_read_once()
    {
        // The device is opened when they are read.
        var result = Gpunet.RunOn(
            _ =>
            {
                Directory.Delete(folder.Data, recursive: true);
                return Kernels.Devices.DeviceSession.OpenCpu();
            },
            ["train", .. folder.Options, "--iterations", "12"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    public async Task A_signal(string signal)
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("signals are sent with kill.");
        var result = await Gpunet.StartAsync(folder.Root, Long, async process =>
        {
            await UntilItTrains(process, folder.Out);
            await Gpunet.SignalAsync(process, signal);
        });
        AssertStopped(result, ExitCode.Cancelled, "cancelled in run");
        Assert.That(Checkpoint.Read(Path.Combine(folder.Out, CheckpointFolder.LatestFile)).Iteration, Is.EqualTo(File.ReadLines(Path.Combine(folder.Out, CsvLog.IterationsFile)).Count() - 1));
        AssertGoesOn(result, folder.Out);
    }

    private static async Task UntilItTrains(Process process, string run)
    {
        string log = Path.Combine(run, CsvLog.IterationsFile);
        var waited = Stopwatch.StartNew();
        while (!process.HasExited && !(File.Exists(log) && new FileInfo(log).Length > 500) && waited.Elapsed < Gpunet.Patience)
            await Task.Delay(20);
        Assert.That(process.HasExited, Is.False, "the run ended by itself");
    }

    private static void Fill(string filler)
    {
        try
        {
            using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            byte[] page = new byte[4096];
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
        }
    }

    private static void AssertStopped(CommandResult result, ExitCode code, params string[] parts)
    {
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
        string line = result.ErrorLines[^1];
        Assert.That(line, Does.StartWith("error: ").And.Contain(Saved).And.Contain(Command));
        foreach (string part in parts)
            Assert.That(line, Does.Contain(part));
    }

    private static void AssertReadable(string run)
    {
        string[] files = Directory.GetFiles(run, "checkpoint*.safetensors");
        Assert.That(files, Does.Contain(Path.Combine(run, CheckpointFolder.LatestFile)).Or.Contain(Path.Combine(run, CheckpointFolder.PreviousFile)));
        foreach (string file in files)
            Assert.That(() => Checkpoint.Read(file), Throws.Nothing);
    }

    // The command that the line gives, run as it is, ends with the weights of one that nothing happened to.
    private static void AssertGoesOn(CommandResult stopped, string run)
    {
        string[] words = WordsOf(stopped);
        var result = Gpunet.Run(words);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Error, Does.Contain("Resumed from"));
        string unbroken = $"{run}-unbroken";
        var whole = Gpunet.Run([.. words.TakeWhile(word => word != "--out"), "--out", unbroken]);
        Assert.That((ExitCode)whole.Code, Is.EqualTo(ExitCode.Success), whole.Error);
        Assert.That(File.ReadAllBytes(Path.Combine(run, RunFolder.WeightsFile)), Is.EqualTo(File.ReadAllBytes(Path.Combine(unbroken, RunFolder.WeightsFile))));
        Assert.That(Rows(run), Is.EqualTo(Rows(unbroken)));
    }

    private static string[] WordsOf(CommandResult stopped)
    {
        string line = stopped.ErrorLines[^1];
        return line[(line.IndexOf(Command, StringComparison.Ordinal) + Command.Length)..].Split(' ');
    }

    // Iteration, rate and loss; the columns behind them are times.
    private static string[] Rows(string run) => [.. File.ReadLines(Path.Combine(run, CsvLog.IterationsFile)).Select(line => string.Join(',', line.Split(',').Take(3)))];

    /// <summary>A disk of its own, in memory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        public SmallDisk(string path, int megabytes)
        {
            Path = Directory.CreateDirectory(path).FullName;
            HostCommand.RunOrSkip("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "gpunet-test", path);
        }

        public string Path { get; }

        public void Dispose() => HostCommand.Undo("umount", Path);
    }
}
