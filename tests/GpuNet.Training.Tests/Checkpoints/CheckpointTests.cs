using System.Text;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>The file: what it holds, and that no change of it goes unnoticed.</summary>
public sealed class CheckpointTests
{
    private static readonly TrainingOptions Options = Tiny.Options(12) with { TestInterval = 4, TestAtStart = true };

    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void It_holds_how_far_the_run_is()
    {
        using var folder = new TemporaryFolder();
        var result = Write(folder);
        var read = Checkpoint.Read(folder.At(CheckpointFolder.LatestFile));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Iteration, Is.EqualTo(12));
            Assert.That(read.Progress.Evaluations, Is.EqualTo(result.Evaluations));
            Assert.That(read.Progress.LastFiniteIteration, Is.EqualTo(11));
            Assert.That(read.Progress.Elapsed, Is.EqualTo(result.Elapsed).Within(TimeSpan.FromSeconds(1)));
            Assert.That(read.Policy.ToString(), Is.EqualTo(Options.Policy.ToString()));
            Assert.That(read.Texts["note"], Is.EqualTo("of 12"));
            Assert.That(read.Settings.DifferencesFrom(read.Settings), Is.Empty);
        }
    }

    [Test]
    public void It_is_a_weights_file()
    {
        using var folder = new TemporaryFolder();
        using var trained = Tiny.Model(10).Compile(Session, 5);
        Write(folder, trained);
        using var loaded = Tiny.Model(3).Compile(Session, 6);
        WeightsFile.Load(folder.At(CheckpointFolder.LatestFile), loaded);
        Assert.That(Values(loaded), Is.EqualTo(Values(trained)));
        Assert.That(WeightsFile.ReadMean(folder.At(CheckpointFolder.LatestFile))!.Values, Is.EqualTo(Mean.Values));
    }

    [Test]
    public void No_bit_can_change_unnoticed()
    {
        using var folder = new TemporaryFolder();
        Write(folder);
        byte[] bytes = File.ReadAllBytes(folder.At(CheckpointFolder.LatestFile));
        var random = new Random(1);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte flipped = (byte)(1 << random.Next(8));
            bytes[i] ^= flipped;
            using (var stream = new MemoryStream(bytes))
                Assert.That(() => Checkpoint.Read("flipped", stream), Throws.TypeOf<WeightsException>(), $"bit {flipped} of byte {i}");
            bytes[i] ^= flipped;
        }

        using var whole = new MemoryStream(bytes);
        Assert.That(Checkpoint.Read("whole", whole).Iteration, Is.EqualTo(12));
    }

    [Test]
    public void A_file_cut_short_or_made_longer_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder);
        byte[] bytes = File.ReadAllBytes(folder.At(CheckpointFolder.LatestFile));
        foreach (byte[] other in (byte[][])[[], bytes[..7], bytes[..500], bytes[..^1], [.. bytes, 0]])
            Assert.That(() => Checkpoint.Read(folder.Write("other", other)), Throws.TypeOf<WeightsException>().With.Message.Contains("other"), $"{other.Length} bytes");
    }

    [Test]
    public void Weights_alone_a_later_version_and_a_file_that_is_not_there_are_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder);
        using var network = Tiny.Model(3).Compile(Session, 6);
        WeightsFile.Save(folder.At("weights"), network);
        Assert.That(() => Checkpoint.Read(folder.At("weights")), Throws.TypeOf<WeightsException>().With.Message.Contains("weights only"));
        Assert.That(() => Checkpoint.Read(folder.At("none")), Throws.TypeOf<WeightsException>().With.Message.Contains(folder.At("none")));
        string later = Encoding.Latin1.GetString(File.ReadAllBytes(folder.At(CheckpointFolder.LatestFile))).Replace("\"checkpoint\":\"1\"", "\"checkpoint\":\"2\"", StringComparison.Ordinal);
        Assert.That(() => Checkpoint.Read(folder.Write("later", Encoding.Latin1.GetBytes(later))), Throws.TypeOf<WeightsException>().With.Message.Contains("version '2'").And.Message.Contains("version 1"));
    }

    [Test]
    public void What_differs_is_named_with_both_values()
    {
        var settings = RunSettings.Of(Tiny.Recipe(Options), Tiny.Data());
        var changed = RunSettings.Of(Tiny.Recipe(Options with { Seed = 6, Crop = 3, Optimizer = Options.Optimizer with { Momentum = 0.5 } }, batch: 11), Tiny.Data(train: 61));
        string[] differences = [.. changed.DifferencesFrom(settings)];
        Assert.That(differences[1..], Is.EqualTo((string[])["--crop is 3, but was none", "--seed is 6, but was 5", "--batch is 11, but was 10", "--optimizer is sgd:momentum=0.5,form=caffe, but was sgd:momentum=0.9,form=caffe"]));
        Assert.That(differences[0], Does.Match("--dataset is 61 training and 37 test images of 6 classes, checksum [0-9a-f]{16}, but was 60 training and 37 test images of 6 classes, checksum [0-9a-f]{16}"));
        // What does not change the weights may differ.
        var watched = Options with { Iterations = 99, TestInterval = 0, TestAtStart = false, DisplayInterval = 7, Feed = Training.Data.FeedMode.Streamed };
        Assert.That(RunSettings.Of(Tiny.Recipe(watched), Tiny.Data()).DifferencesFrom(settings), Is.Empty);
    }

    [Test]
    public void Another_network_and_more_updates_than_the_run_makes_are_refused_and_change_nothing()
    {
        using var folder = new TemporaryFolder();
        Write(folder);
        var checkpoint = Checkpoint.Read(folder.At(CheckpointFolder.LatestFile));
        using var network = Tiny.TwoHeads(10).Compile(Session, 5);
        using var trainer = new Trainer(network, Tiny.Data(), Options);
        float[] before = Values(network);
        Assert.That(() => trainer.Resume(checkpoint), Throws.TypeOf<WeightsException>().With.Message.Contains("'ip2.weights'").Or.Message.Contains("'ip3.weights'"));
        Assert.That(Values(network), Is.EqualTo(before));
        using var shorter = new Trainer(network, Tiny.Data(), Options with { Iterations = 11 });
        Assert.That(() => shorter.Resume(checkpoint), Throws.TypeOf<TrainingException>().With.Message.Contains("12 iterations").And.Message.Contains("11"));
    }

    private static Training.Data.ImageMean Mean => new(Tiny.Image, [.. Enumerable.Range(0, 64).Select(i => i / 7f)]);

    private static float[] Values(Network network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    private static TrainingResult Write(TemporaryFolder folder, Network? network = null)
    {
        using var own = network is null ? Tiny.Model(10).Compile(Session, Options.Seed) : null;
        network ??= own!;
        using var trainer = new Trainer(network, Tiny.Data(), Options);
        var saved = new CheckpointFolder(folder.Root);
        return trainer.Run(new CheckpointWriter(
            trainer, saved, new(), RunSettings.Of(Tiny.Recipe(Options), Tiny.Data()), iteration => new Dictionary<string, string> { ["note"] = $"of {iteration}" }, Mean));
    }
}
