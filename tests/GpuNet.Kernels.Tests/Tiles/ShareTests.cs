using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Tests.Tiles;

public sealed class ShareTests
{
    [Test]
    public void Shares_cover_every_item_once_and_differ_by_one_at_most([Values(0, 1, 7, 100)] int items, [Values(1, 2, 3, 16)] int workers)
    {
        int next = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            var share = Share.Of(items, worker, workers);
            Assert.That(share.Begin, Is.EqualTo(next));
            Assert.That(share.Length, Is.InRange(items / workers, items / workers + 1));
            next = share.End;
        }

        Assert.That(next, Is.EqualTo(items));
    }

    [Test]
    public void No_cache_line_is_split_between_workers([Values(1, 15, 16, 1000)] int values, [Values(1, 2, 5)] int workers)
    {
        int next = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            var share = Share.OfLines(values, worker, workers);
            Assert.That(share.Begin, Is.EqualTo(next));
            Assert.That(share.Begin % 16 == 0 || share.Begin == values);
            next = share.End;
        }

        Assert.That(next, Is.EqualTo(values));
    }
}
