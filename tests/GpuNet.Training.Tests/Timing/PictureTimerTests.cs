using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Tests.Data;
using GpuNet.Training.Tests.Data.Pictures;
using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

public sealed class PictureTimerTests
{
    private static readonly Size2D Window = new(12, 12);

    [Test]
    public void A_turn_goes_on_where_the_one_before_ended()
    {
        using var folder = new TemporaryFolder();
        var skipped = new List<string>();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder), PictureFiles.Options with { Skipped = skipped.Add });
        // The third batch is the first epoch's last: it alone has this file.
        var order = new BatchOrder(set.Count, 5, 1);
        File.WriteAllText(set.File(order.IndexAt(2 * 5)), "no picture");
        var timer = new PictureTimer(set, 5, Window, mirror: true);
        Assert.That(timer.Time(2), Is.GreaterThan(0));
        Assert.That(skipped, Is.Empty);
        Assert.That(timer.Time(1), Is.GreaterThan(0));
        Assert.That(skipped, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_batch_larger_than_the_set_is_refused()
    {
        using var folder = new TemporaryFolder();
        var set = PictureFiles.Train(PictureFiles.DrawFolder(folder));
        Assert.That(() => new PictureTimer(set, set.Count + 1, Window, mirror: false).Time(1), Throws.TypeOf<DataException>());
    }
}
