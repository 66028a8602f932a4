using System.Diagnostics;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Tests.Data.Pictures;

/// <summary>Batches of pictures that threads decode ahead.</summary>
public sealed class PictureQueueTests
{
    private const int Batch = 4;

    private static readonly Size2D Window = new(12, 12);

    [Test]
    public void Batches_are_those_of_the_plan_whatever_the_number_of_threads([Values(1, 2, 7)] int workers)
    {
        using var folder = new TemporaryFolder();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder), PictureFiles.Options with { Workers = workers });
        var reference = PlanOf(set);
        using var queue = new PictureQueue(PlanOf(set), set);
        // Over the epoch's end, and out of turn.
        foreach (long iteration in new long[] { 0, 1, 2, 3, 4, 5, 20, 21, 2 })
        {
            var (placements, images) = Take(queue, set, iteration);
            for (int n = 0; n < Batch; n++)
            {
                var (pixels, label, mirrored) = Expected(reference, set, iteration, n);
                Assert.That(placements[n], Is.EqualTo(new ImagePlacement(n, label, 0, 0, mirrored)));
                Assert.That(images.AsSpan(n * pixels.Length, pixels.Length).SequenceEqual(pixels), $"iteration {iteration}, place {n}");
            }
        }
    }

    [Test]
    public void Training_windows_lie_anywhere_and_are_mirrored_half_of_the_time()
    {
        using var folder = new TemporaryFolder();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder));
        var plan = PlanOf(set);
        var windows = Enumerable.Range(0, 400).Select(position => plan.WindowAt(position, new Size2D(16, 20))).ToArray();
        Assert.That(windows.Select(window => window.Top).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 5)));
        Assert.That(windows.Select(window => window.Left).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 9)));
        Assert.That(windows.Count(window => window.Mirrored == 1), Is.InRange(160, 240));
    }

    [Test]
    public void Evaluation_takes_the_middle_of_each_once_and_begins_again()
    {
        using var folder = new TemporaryFolder();
        var set = (PictureSet)PictureFolder.Open(PictureFiles.DrawFolder(folder), PictureFiles.Options).Test;
        using var queue = new PictureQueue(BatchPlan.ForEvaluation(set, Batch, Window), set);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int batch = 0; batch < 2; batch++)
            {
                var (placements, images) = Take(queue, set, batch);
                for (int n = 0; n < Batch; n++)
                {
                    int i = batch * Batch + n;
                    Assert.That(placements[n], Is.EqualTo(i < set.Count ? new ImagePlacement(n, set.Label(i), 0, 0, 0) : ImagePlacement.Empty));
                    if (i < set.Count)
                        Assert.That(images.AsSpan(n * 432, 432).SequenceEqual(PictureFiles.Middle(set.File(i), set.Options, 12)));
                }
            }

            // Time enough to read on, if it did.
            Thread.Sleep(200);
            Assert.That(queue.FilesRead, Is.EqualTo((pass + 1) * set.Count));
        }

        Assert.That(() => Take(queue, set, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Ten_windows_of_a_picture_cost_one_reading()
    {
        using var folder = new TemporaryFolder();
        var set = (PictureSet)PictureFolder.Open(PictureFiles.DrawFolder(folder), PictureFiles.Options).Test;
        const int Pictures = 3;
        using var queue = new PictureQueue(BatchPlan.ForTenCrop(set, Pictures * TenCrop.Views, Window), set);
        var placements = new ImagePlacement[Pictures * TenCrop.Views];
        queue.Take(0, placements, new byte[placements.Length * 3 * Window.Height * Window.Width]);
        Assert.That(placements.Select(place => place.Label), Is.EqualTo(Enumerable.Range(0, placements.Length).Select(n => set.Label(n / TenCrop.Views))));
        // The batch that was taken, and at most all of those ahead.
        Assert.That(queue.FilesRead, Is.InRange(Pictures, (1 + PictureQueue.BatchesAhead) * Pictures));
    }

    [Test]
    public void No_more_is_decoded_than_the_batches_ahead()
    {
        using var folder = new TemporaryFolder();
        var skipped = new List<string>();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder, files: 10), PictureFiles.Options with { MostBadFiles = int.MaxValue, Skipped = skipped.Add });
        using var queue = new PictureQueue(PlanOf(set), set);
        Assert.That(queue.BufferBytes, Is.EqualTo(PictureQueue.BatchesAhead * Batch * 3 * 12 * 12));
        Take(queue, set, 0);
        // Time enough to decode everything many times over, if it could.
        Thread.Sleep(500);
        for (int i = 0; i < set.Count; i++)
            File.WriteAllText(set.File(i), "no longer");
        for (int iteration = 1; iteration <= PictureQueue.BatchesAhead; iteration++)
            Assert.That(Take(queue, set, iteration).Placements.Select(place => place.Label), Is.All.GreaterThanOrEqualTo(0));
        Assert.That(skipped, Is.Empty);
        Assert.That(Take(queue, set, PictureQueue.BatchesAhead + 1).Placements, Is.All.EqualTo(ImagePlacement.Empty));
        Assert.That(skipped, Has.Count.EqualTo(Batch));
    }

    [Test]
    public void A_bad_file_leaves_its_place_empty_and_is_reported_once([Values(1, 3)] int workers)
    {
        using var folder = new TemporaryFolder();
        var skipped = new List<string>();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder), PictureFiles.Options with { Workers = workers, Skipped = skipped.Add });
        string bad = set.File(7);
        File.Copy(Path.Combine(PictureFiles.GoldenFolder, "cut.jpg"), bad, overwrite: true);
        var plan = PlanOf(set);
        using var queue = new PictureQueue(PlanOf(set), set);
        int empty = 0;
        for (int iteration = 0; iteration < 15; iteration++)
        {
            var (placements, images) = Take(queue, set, iteration);
            var planned = new ImagePlacement[Batch];
            plan.Place(iteration, planned);
            for (int n = 0; n < Batch; n++)
            {
                Assert.That(placements[n].Label, Is.EqualTo(planned[n].Index == 7 ? -1 : set.Label(planned[n].Index)));
                empty += placements[n] == ImagePlacement.Empty ? 1 : 0;
            }
        }

        // Four epochs of 15 pictures.
        Assert.That(empty, Is.EqualTo(4));
        Assert.That(skipped, Has.Count.EqualTo(1));
        Assert.That(skipped[0], Does.StartWith(bad).And.Contain("cut short"));
    }

    [TestCase(2, new[] { 0, 5, 10 }, "3 files cannot be decoded, and at most 2 may be skipped")]
    [TestCase(10, new[] { 5, 6, 7, 8, 9 }, "no file of class 'b' can be decoded")]
    public void Too_many_bad_files_end_the_run(int most, int[] bad, string message)
    {
        using var folder = new TemporaryFolder();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder), PictureFiles.Options with { MostBadFiles = most });
        foreach (int i in bad)
            File.WriteAllText(set.File(i), "no picture");
        using var queue = new PictureQueue(PlanOf(set), set);
        var error = Assert.Throws<DataException>(() =>
        {
            for (int iteration = 0; iteration < 8; iteration++)
                Take(queue, set, iteration);
        });
        Assert.That(error!.Message, Does.Contain(message).And.Contain(".png"));
    }

    [Test]
    public void A_test_set_may_lack_a_class_but_not_all()
    {
        using var folder = new TemporaryFolder();
        string root = PictureFiles.DrawFolder(folder, testFiles: 1);
        var set = Open();
        File.WriteAllText(set.File(0), "no picture");
        Assert.That(Pass, Throws.Nothing);
        File.WriteAllText(set.File(1), "no picture");
        File.WriteAllText(set.File(2), "no picture");
        // A set that has read them would say that they have changed.
        set = Open();
        Assert.That(Pass, Throws.TypeOf<DataException>().With.Message.Contains("no file of the set can be decoded"));

        PictureSet Open() => (PictureSet)PictureFolder.Open(root, PictureFiles.Options).Test;

        void Pass()
        {
            using var queue = new PictureQueue(BatchPlan.ForEvaluation(set, Batch, Window), set);
            Take(queue, set, 0);
        }
    }

    [Test]
    public void What_nobody_foresaw_reaches_the_trainer_with_the_files_name()
    {
        var set = new PictureSet("set", ["good\0bad.png"], [0], ["a"], PictureFiles.Options);
        using var queue = new PictureQueue(BatchPlan.ForEvaluation(set, 1, Window), set);
        for (int again = 0; again < 2; again++)
            Assert.That(() => queue.Take(0, new ImagePlacement[1], new byte[432]), Throws.InvalidOperationException.With.Message.StartsWith("good\0bad.png: "));
    }

    [Test]
    public void Disposing_ends_the_threads_at_once()
    {
        using var folder = new TemporaryFolder();
        string large = PictureFiles.Draw(folder.At("train/a/large.png"), 600, 600, (x, y) => new((byte)x, (byte)y, (byte)(x * y)));
        var set = new PictureSet("set", [.. Enumerable.Repeat(large, 500)], new int[500], ["a"], PictureFiles.Options);
        var queue = new PictureQueue(new BatchPlan(set, new BatchOrder(500, 400, 1), Window), set);
        Thread.Sleep(20);
        var time = Stopwatch.StartNew();
        queue.Dispose();
        // All batches ahead would take several seconds.
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(queue.IsRunning, Is.False);
    }

    private static BatchPlan PlanOf(PictureSet set) => new(set, new BatchOrder(set.Count, Batch, seed: 9), Window, mirror: true, seed: 9);

    private static (ImagePlacement[] Placements, byte[] Images) Take(PictureQueue queue, PictureSet set, long iteration)
    {
        var (placements, images) = (new ImagePlacement[Batch], new byte[Batch * set.Shape.C * Window.Height * Window.Width]);
        queue.Take(iteration, placements, images);
        return (placements, images);
    }

    private static (byte[] Pixels, int Label, int Mirrored) Expected(BatchPlan plan, PictureSet set, long iteration, int n)
    {
        var places = new ImagePlacement[Batch];
        plan.Place(iteration, places);
        var reader = new PictureReader(set.Options);
        reader.Read(set.File(places[n].Index));
        var (top, left, mirrored) = plan.WindowAt(iteration * Batch + n, reader.Size);
        byte[] pixels = new byte[3 * Window.Height * Window.Width];
        reader.CopyWindow(top, left, Window, pixels);
        return (pixels, set.Label(places[n].Index), mirrored);
    }
}
