using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>Which checkpoints are written and kept, and which one a run goes on from.</summary>
public sealed class CheckpointFolderTests
{
    private TemporaryFolder folder = null!;

    private static DeviceSession Session => TestDevice.Open("cpu");

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_latest_the_one_before_and_the_best_are_kept()
    {
        var result = Run(Tiny.Options(25) with { TestInterval = 5 }, new(10));
        Assert.That(Files(), Is.EqualTo((string[])["checkpoint-best.safetensors 0", "checkpoint-previous.safetensors 20", "checkpoint.safetensors 25"]).Using<string>(IsSameBut("checkpoint-best")));
        var best = Checkpoint.Read(folder.At(CheckpointFolder.BestFile));
        Assert.That(best.Iteration, Is.EqualTo(result.Best!.Value.Iteration));
        Assert.That(best.Progress.Evaluations[^1], Is.EqualTo(result.Best));
    }

    [Test]
    public void All_are_kept_if_asked_for()
    {
        Run(Tiny.Options(25), new(10, KeepAll: true));
        Assert.That(Files().Where(file => !file.Contains("best", StringComparison.Ordinal)), Is.EqualTo((string[])["checkpoint-0.safetensors 0", "checkpoint-10.safetensors 10", "checkpoint-20.safetensors 20", "checkpoint.safetensors 25"]));
    }

    [Test]
    public void A_run_that_diverges_leaves_the_last_good_one()
    {
        var result = Run(Tiny.Options(50, rate: 1e12), new(1));
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Diverged));
        Assert.That(CheckpointFolder.FindNewest(folder.Root, Assert.Fail)!.Iteration, Is.LessThanOrEqualTo(result.Divergence!.Value.Iteration));
    }

    // The loss is read every 20 iterations only, and was finite when it was read last.
    [Test]
    public void Values_that_are_not_finite_are_not_saved()
    {
        Run(Tiny.Options(10), new(10));
        var from = Checkpoint.Read(folder.At(CheckpointFolder.LatestFile));
        using var network = Tiny.Model(10).Compile(Session, 1);
        using var trainer = new Trainer(network, Tiny.Data(), Tiny.Options(40));
        trainer.Resume(from);
        var writer = new CheckpointWriter(trainer, new CheckpointFolder(folder.Root), new(10), RunSettings.Of(Tiny.Recipe(Tiny.Options(40)), Tiny.Data()), _ => new Dictionary<string, string>());
        network.Parameters[0].Value.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)network.Parameters[0].Value.Length)]);
        writer.Save();
        Assert.That(writer.LatestIteration, Is.Null);
        Assert.That(Checkpoint.Read(folder.At(CheckpointFolder.LatestFile)).Texts, Is.EqualTo(from.Texts));
        Assert.That(Directory.GetFiles(folder.Root, "*.tmp"), Is.Empty);
    }

    [Test]
    public void In_another_folder_the_best_is_the_best_from_there_on()
    {
        var result = Run(Tiny.Options(25) with { TestInterval = 5 }, new(10));
        var from = Checkpoint.Read(folder.At(CheckpointFolder.LatestFile));
        Assert.That(result.Best!.Value.Accuracy, Is.EqualTo(1), "none can be better than the best before");
        string other = folder.At("other");
        Directory.CreateDirectory(other);
        Run(Tiny.Options(30) with { TestInterval = 5 }, new(10), from, other);
        Assert.That(Checkpoint.Read(Path.Combine(other, CheckpointFolder.BestFile)).Iteration, Is.EqualTo(30));
    }

    [Test]
    public void A_file_that_another_process_wrote_since_it_was_looked_at_is_refused()
    {
        Run(Tiny.Options(10), new(10));
        var looked = Checkpoint.Read(folder.At(CheckpointFolder.LatestFile));
        Run(Tiny.Options(20), new(10), looked);
        using var network = Tiny.Model(10).Compile(Session, 1);
        using var trainer = new Trainer(network, Tiny.Data(), Tiny.Options(40));
        float[] before = network.Parameters[0].Value.ToArray();
        Assert.That(() => trainer.Resume(looked), Throws.TypeOf<WeightsException>().With.Message.Contains("has become another one since it was looked at"));
        Assert.That(network.Parameters[0].Value.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void A_damaged_latest_gives_way_to_the_newest_of_the_others_and_is_not_kept_in_their_place()
    {
        Run(Tiny.Options(25), new(10, KeepAll: true));
        var warnings = new List<string>();
        Damage(CheckpointFolder.LatestFile);
        File.Delete(folder.At(CheckpointFolder.BestFile));
        var newest = CheckpointFolder.FindNewest(folder.Root, warnings.Add)!;
        Assert.That(newest.Iteration, Is.EqualTo(20));
        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0], Does.Contain("checkpoint.safetensors").And.Contain("damaged"));
        Run(Tiny.Options(40), new(10), newest);
        Assert.That(Files().Where(file => !file.Contains("best", StringComparison.Ordinal)), Is.EqualTo((string[])[
            "checkpoint-0.safetensors 0", "checkpoint-10.safetensors 10", "checkpoint-20.safetensors 20", "checkpoint-previous.safetensors 30", "checkpoint.safetensors 40"]));
    }

    [Test]
    public void Between_the_two_renames_of_a_write_the_one_before_is_there()
    {
        Run(Tiny.Options(25), new(10));
        File.Move(folder.At(CheckpointFolder.LatestFile), folder.At(CheckpointFolder.PreviousFile), overwrite: true);
        Assert.That(CheckpointFolder.FindNewest(folder.Root, Assert.Fail)!.Iteration, Is.EqualTo(25));
    }

    [Test]
    public void None_is_no_error_but_none_that_can_be_read_is()
    {
        Assert.That(CheckpointFolder.FindNewest(folder.At("missing"), Assert.Fail), Is.Null);
        Assert.That(CheckpointFolder.FindNewest(folder.Root, Assert.Fail), Is.Null);
        Run(Tiny.Options(5), new(10));
        foreach (string file in Directory.GetFiles(folder.Root))
            Damage(Path.GetFileName(file));
        var warnings = new List<string>();
        Assert.That(() => CheckpointFolder.FindNewest(folder.Root, warnings.Add), Throws.TypeOf<WeightsException>().With.Message.Contains("none of the checkpoints"));
        Assert.That(warnings, Has.Count.EqualTo(Directory.GetFiles(folder.Root).Length));
    }

    [TestCase(0L)]
    [TestCase(-5L)]
    public void An_interval_that_cannot_be_is_refused(long interval) =>
        Assert.That(new CheckpointOptions(interval).ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains($"(--checkpoint-interval) is {interval}"));

    // Names and iterations.
    private string[] Files() => [.. Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Checkpoint.Read(file).Iteration}")];

    private static Comparison<string> IsSameBut(string prefix) => (a, b) =>
        a.StartsWith(prefix, StringComparison.Ordinal) && b.StartsWith(prefix, StringComparison.Ordinal) ? 0 : string.CompareOrdinal(a, b);

    private void Damage(string name)
    {
        byte[] bytes = File.ReadAllBytes(folder.At(name));
        bytes[^5] ^= 4;
        File.WriteAllBytes(folder.At(name), bytes);
    }

    private TrainingResult Run(TrainingOptions options, CheckpointOptions writing, Checkpoint? from = null, string? path = null)
    {
        using var network = Tiny.Model(10).Compile(Session, options.Seed);
        using var trainer = new Trainer(network, Tiny.Data(), options);
        if (from is not null)
            trainer.Resume(from);
        var saved = new CheckpointFolder(path ?? folder.Root);
        var writer = new CheckpointWriter(trainer, saved, writing, RunSettings.Of(Tiny.Recipe(options), Tiny.Data()), _ => new Dictionary<string, string>(), from: from);
        return trainer.Run(writer);
    }
}
