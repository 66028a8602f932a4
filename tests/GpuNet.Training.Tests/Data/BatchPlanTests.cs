using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class BatchPlanTests
{
    private static readonly Shape Image = new(1, 3, 5, 7);

    [Test]
    public void A_training_batch_is_in_the_order_given_and_runs_on_over_the_epochs_end()
    {
        var order = new BatchOrder(5, 3, seed: 9);
        var plan = new BatchPlan(Sets.Of(Image, 5), order);
        for (int iteration = 0; iteration < 5; iteration++)
            Assert.That(Batch(plan, iteration), Is.EqualTo(Enumerable.Range(0, 3).Select(n => new ImagePlacement(order.IndexAt(iteration * 3 + n), plan.Set.Label(order.IndexAt(iteration * 3 + n)), 0, 0, 0))));
    }

    [Test]
    public void Evaluation_goes_through_the_set_once_and_leaves_the_rest_of_the_last_batch_empty()
    {
        var plan = BatchPlan.ForEvaluation(Sets.Of(Image, 5), batch: 3);
        Assert.That(plan.BatchesInPass, Is.EqualTo(2));
        Assert.That(Batch(plan, 1), Is.EqualTo((ImagePlacement[])[new(3, 3, 0, 0, 0), new(4, 0, 0, 0, 0), ImagePlacement.Empty]));
        Assert.That(() => Batch(plan, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_evaluation_batch_may_be_larger_than_the_set()
    {
        var plan = BatchPlan.ForEvaluation(Sets.Of(Image, 2), batch: 4);
        Assert.That(Batch(plan, 0).Select(place => place.Index), Is.EqualTo((int[])[0, 1, -1, -1]));
        Assert.That(plan.BatchesInPass, Is.EqualTo(1));
    }

    [TestCase(5, 7, 0, 0)]
    [TestCase(4, 4, 0, 1)]
    [TestCase(3, 2, 1, 2)]
    public void Evaluation_takes_the_middle_rounded_down(int height, int width, int top, int left)
    {
        var plan = BatchPlan.ForEvaluation(Sets.Of(Image, 2), 2, new Size2D(height, width));
        Assert.That(Batch(plan, 0), Is.EqualTo((ImagePlacement[])[new(0, 0, top, left, 0), new(1, 1, top, left, 0)]));
    }

    [Test]
    public void Ten_crop_takes_the_corners_and_the_middle_of_each_image_then_all_of_them_mirrored()
    {
        var plan = BatchPlan.ForTenCrop(Sets.Of(Image, 2), 8, new Size2D(3, 4));
        Assert.That(plan.BatchesInPass, Is.EqualTo(3));
        ImagePlacement[] views = [.. Enumerable.Range(0, 3).SelectMany(batch => Batch(plan, batch))];
        ImagePlacement[] expected = [.. from index in (int[])[0, 1] from mirrored in (int[])[0, 1] from place in ((int, int)[])[(0, 0), (0, 3), (2, 0), (2, 3), (1, 1)] select new ImagePlacement(index, index, place.Item1, place.Item2, mirrored)];
        Assert.That(views, Is.EqualTo((ImagePlacement[])[.. expected, .. Enumerable.Repeat(ImagePlacement.Empty, 4)]));
    }

    [Test]
    public void Training_takes_every_window_and_both_directions_equally_often()
    {
        // 3 · 4 windows, mirrored or not: 24 kinds. Of 24,000, the deviation of a kind's count from 1000 is 31; the limits are 5 of these.
        var plan = new BatchPlan(Sets.Of(Image, 10), new BatchOrder(10, 10, seed: 2), new Size2D(3, 4), mirror: true, seed: 2);
        var kinds = Enumerable.Range(0, 2400).SelectMany(iteration => Batch(plan, iteration)).GroupBy(place => place with { Index = 0, Label = 0 }).ToDictionary(kind => kind.Key, kind => kind.Count());
        Assert.That(kinds.Keys, Is.EquivalentTo(from top in Enumerable.Range(0, 3) from left in Enumerable.Range(0, 4) from mirrored in Enumerable.Range(0, 2) select new ImagePlacement(0, 0, top, left, mirrored)));
        Assert.That(kinds.Values, Is.All.InRange(845, 1155));
    }

    [Test]
    public void Windows_are_a_function_of_seed_and_position_alone()
    {
        var set = Sets.Of(Image, 10);
        BatchPlan Plan(int batch, ulong seed) => new(set, new BatchOrder(10, batch, seed: 3), new Size2D(2, 2), mirror: true, seed);
        var whole = Batch(Plan(10, 3), 1);
        var plan = Plan(5, 3);
        // In another order, and cut into other batches.
        Assert.That(Batch(plan, 3), Is.EqualTo(whole[5..]));
        Assert.That(Batch(plan, 2), Is.EqualTo(whole[..5]));
        Assert.That(Batch(Plan(10, 4), 1), Is.Not.EqualTo(whole));
    }

    [Test]
    public void The_windows_of_a_seed_do_not_change_between_versions()
    {
        var plan = new BatchPlan(Sets.Of(new(1, 1, 32, 32), 4), BatchOrder.InFileOrder(4, 4), new Size2D(24, 24), mirror: true, seed: 1);
        Assert.That(Batch(plan, 1), Is.EqualTo((ImagePlacement[])[new(0, 0, 2, 0, 0), new(1, 1, 2, 5, 1), new(2, 2, 5, 4, 0), new(3, 3, 1, 3, 0)]));
    }

    [Test]
    public void Placing_allocates_nothing()
    {
        var plan = new BatchPlan(Sets.Of(Image, 20), new BatchOrder(20, 10, seed: 1), new Size2D(2, 2), mirror: true, seed: 1);
        var placements = new ImagePlacement[10];
        plan.Place(0, placements);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int iteration = 0; iteration < 20; iteration++)
            plan.Place(iteration, placements);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void An_order_of_another_set_a_batch_of_nothing_and_a_window_beyond_the_image_are_refused()
    {
        var set = Sets.Of(Image, 2);
        Assert.That(() => new BatchPlan(set, new BatchOrder(3, 1, 1)), Throws.TypeOf<DataException>().With.Message.Contains("3 images"));
        Assert.That(() => BatchPlan.ForEvaluation(set, 0), Throws.TypeOf<DataException>().With.Message.Contains("batch size 0"));
        Assert.That(() => BatchPlan.ForEvaluation(set, 1, new Size2D(6, 7)), Throws.TypeOf<DataException>().With.Message.Contains("windows of 6×7").And.Message.Contains("5×7"));
        Assert.That(() => BatchPlan.ForEvaluation(set, 2).Place(0, new ImagePlacement[3]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static ImagePlacement[] Batch(BatchPlan plan, long iteration)
    {
        var placements = new ImagePlacement[plan.Geometry.Batch];
        plan.Place(iteration, placements);
        return placements;
    }
}
