using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class BatchOrderTests
{
    private static int[] Epoch(BatchOrder order, long epoch) => [.. Enumerable.Range(0, order.Count).Select(place => order.IndexAt(epoch * order.Count + place))];

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(101, 10)]
    public void Every_epoch_visits_every_image_once(int count, int batch)
    {
        var order = new BatchOrder(count, batch, seed: 3);
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.That(Epoch(order, epoch), Is.EquivalentTo(Enumerable.Range(0, count)));
    }

    [Test]
    public void Each_epoch_and_each_seed_has_its_own_order()
    {
        var order = new BatchOrder(100, 10, seed: 3);
        Assert.That(Epoch(order, 0), Is.Not.EqualTo(Epoch(order, 1)));
        Assert.That(Epoch(order, 0), Is.Not.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(Epoch(order, 0), Is.Not.EqualTo(Epoch(new BatchOrder(100, 10, seed: 4), 0)));
    }

    [Test]
    public void A_position_has_its_image_whatever_was_asked_before()
    {
        int[] forward = [.. Enumerable.Range(0, 70).Select(p => new BatchOrder(20, 3, seed: 5).IndexAt(p))];
        var order = new BatchOrder(20, 3, seed: 5);
        Assert.That(Enumerable.Range(0, 70).Reverse().Select(p => order.IndexAt(p)).Reverse(), Is.EqualTo(forward));
    }

    [Test]
    public void Positions_far_beyond_32_bits_are_served() =>
        Assert.That(new BatchOrder(7, 2, seed: 5).IndexAt(7L * 4_000_000_000 + 3), Is.InRange(0, 6));

    [Test]
    public void File_order_repeats_from_the_start() =>
        Assert.That(Enumerable.Range(0, 7).Select(p => BatchOrder.InFileOrder(3, 2).IndexAt(p)), Is.EqualTo(new[] { 0, 1, 2, 0, 1, 2, 0 }));

    [Test]
    public void Each_image_is_as_often_first_as_any_other()
    {
        // 6000 epochs of 6 images: 1000 expected each, standard deviation √(6000·5/36) = 29; the limits are 5 of these.
        var order = new BatchOrder(6, 1, seed: 11);
        int[] first = new int[6];
        for (long epoch = 0; epoch < 6000; epoch++)
            first[order.IndexAt(epoch * 6)]++;
        Assert.That(first, Is.All.InRange(855, 1145));
    }

    [Test]
    public void The_order_of_a_seed_does_not_change_between_versions() =>
        Assert.That(Epoch(new BatchOrder(10, 5, seed: 1), 2), Is.EqualTo(new[] { 9, 0, 7, 2, 8, 4, 5, 6, 1, 3 }));

    [Test]
    public void Serving_positions_allocates_nothing()
    {
        var order = new BatchOrder(50, 10, seed: 1);
        order.IndexAt(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int p = 0; p < 500; p++)
            order.IndexAt(p);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(11)]
    public void A_batch_size_that_does_not_fit_is_refused(int batch)
    {
        Assert.That(() => new BatchOrder(10, batch, seed: 1), Throws.TypeOf<DataException>().With.Message.Contains($"Batch size {batch}").And.Message.Contains("from 1 to 10"));
        Assert.That(() => BatchOrder.InFileOrder(10, batch), Throws.TypeOf<DataException>().With.Message.Contains($"Batch size {batch}").And.Message.Contains("from 1 to 10"));
    }
}
