using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>Event files, read by another reader: the protobuf library's, with checksums computed bit by bit.</summary>
public sealed class TensorBoardLogTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_file_begins_as_every_event_file_does()
    {
        var before = DateTimeOffset.UtcNow;
        using (new TensorBoardLog(folder.Root, showsTop5: false))
        {
        }

        string path = EventFile.In(folder.Root);
        Assert.That(Path.GetFileName(path), Does.Match(@"^events\.out\.tfevents\.\d{10}\..+"));
        // The length of the first record, 24, and its masked checksum, as TensorFlow's own files have them.
        Assert.That(File.ReadAllBytes(path).Take(12), Is.EqualTo((byte[])[24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]));
        var events = EventFile.Read(path);
        Assert.That(events.Select(read => (read.FileVersion, read.Step, read.IsSessionStart)), Is.EqualTo(new[] { ("brain.Event:2", 0L, false), (null, 0, true) }));
        Assert.That(events[0].Time, Is.InRange(before.AddMilliseconds(-1), DateTimeOffset.UtcNow.AddMilliseconds(1)));
    }

    [Test]
    public void Scalars_have_their_steps_and_values_and_can_be_read_as_soon_as_they_are_logged()
    {
        using var log = new TensorBoardLog(folder.Root, showsTop5: true);
        log.OnIteration(new(0, 0.001, 0.9, 2.302585, 4000.25, TimeSpan.FromSeconds(1)));
        log.OnEvaluation(new(1000, 0.5, 0.75, 0.98));
        log.OnIteration(new(5_000_000_000, 1e-7, 0.85, double.NaN, 0, TimeSpan.FromSeconds(2)));
        var events = EventFile.Read(EventFile.In(folder.Root)).Skip(2).ToArray();
        Assert.That(events.Select(read => read.Step), Is.EqualTo((long[])[0, 1000, 5_000_000_000]));
        Assert.That(events[0].Scalars, Is.EqualTo(new[] { ("train/loss", 2.302585f), ("train/rate", 0.001f), ("train/momentum", 0.9f), ("train/images_per_second", 4000.25f) }));
        Assert.That(events[1].Scalars, Is.EqualTo(new[] { ("test/loss", 0.5f), ("test/accuracy", 0.75f), ("test/top5_accuracy", 0.98f) }));
        Assert.That(events[2].Scalars, Is.EqualTo(new[] { ("train/loss", float.NaN), ("train/rate", 1e-7f), ("train/momentum", 0.85f), ("train/images_per_second", 0f) }));
        Assert.That(events.Select(read => read.Time), Is.Ordered.And.All.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void Of_few_classes_there_is_no_top_5_accuracy()
    {
        using var log = new TensorBoardLog(folder.Root, showsTop5: false);
        log.OnEvaluation(new(7, 0.5, 0.75, 0.98));
        Assert.That(EventFile.Read(EventFile.In(folder.Root))[2].Scalars.Select(scalar => scalar.Tag), Is.EqualTo((string[])["test/loss", "test/accuracy"]));
    }

    [Test]
    public void A_run_that_is_continued_has_another_file_which_says_from_where()
    {
        using (var log = new TensorBoardLog(folder.Root, showsTop5: false))
            log.OnEvaluation(new(7, 0.5, 0.75, 0.98));
        string first = EventFile.In(folder.Root);
        using (var log = new TensorBoardLog(folder.Root, showsTop5: false, from: Tiny.Progress(5)))
            log.OnEvaluation(new(7, 0.4, 0.8, 0.98));
        string[] files = [.. Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal)];
        Assert.That(files, Has.Length.EqualTo(2));
        Assert.That(files[0], Is.EqualTo(first));
        Assert.That(EventFile.Read(first), Has.Count.EqualTo(3));
        var events = EventFile.Read(files[1]);
        Assert.That(events.Select(read => (read.Step, read.IsSessionStart)), Is.EqualTo(new[] { (0L, false), (5, true), (5, false), (7, false) }));
        // The last one before: TensorBoard drops it from the first file.
        Assert.That(events[2].Scalars, Is.EqualTo(new[] { ("test/loss", 1f), ("test/accuracy", 0.6f) }));
        Assert.That(events[0].FileVersion, Is.EqualTo("brain.Event:2"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.That(() => new TensorBoardLog(folder.At("none"), showsTop5: false), Throws.TypeOf<OutputException>().With.Message.Contains("tfevents"));
}
