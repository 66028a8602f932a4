using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class GemmPlanTests
{
    private const int Multiprocessors = 20;
    private const int LargestGroup = 1024;

    [Test]
    public void A_large_product_takes_large_tiles_and_whole_sums()
    {
        var size = new GemmSize(1, 768, 768, 768);
        var plan = GemmPlan.For(size, mayBeSplit: true, Multiprocessors, LargestGroup);
        Assert.That(plan.Side, Is.EqualTo(16));
        Assert.That(plan.Splits(size), Is.EqualTo(1));
        Assert.That(plan.Tiles(size), Is.EqualTo(144));
    }

    [Test]
    public void A_narrow_product_takes_small_tiles()
    {
        var size = new GemmSize(1, 32, 102400, 75);
        var plan = GemmPlan.For(size, mayBeSplit: true, Multiprocessors, LargestGroup);
        Assert.That(plan.Side, Is.EqualTo(8));
        Assert.That(plan.Tiles(size), Is.EqualTo(3200));
    }

    [Test]
    public void A_small_product_of_long_sums_is_split_until_the_device_is_full()
    {
        var size = new GemmSize(1, 32, 75, 102400);
        var plan = GemmPlan.For(size, mayBeSplit: true, Multiprocessors, LargestGroup);
        Assert.That(plan.Tiles(size) * plan.Splits(size), Is.InRange(3 * Multiprocessors, 4 * Multiprocessors));
        Assert.That(GemmPlan.For(size, mayBeSplit: false, Multiprocessors, LargestGroup).Splits(size), Is.EqualTo(1));
    }

    [TestCase(1, 1)]
    [TestCase(63, 1)]
    [TestCase(130, 2)]
    [TestCase(700, 10)]
    public void Parts_of_a_sum_are_not_short(int depth, int mostSplits)
    {
        var size = new GemmSize(1, 5, 3, depth);
        var plan = GemmPlan.For(size, mayBeSplit: true, Multiprocessors, LargestGroup);
        Assert.That(plan.Splits(size), Is.InRange(1, mostSplits));
        Assert.That((plan.Splits(size) - 1) * plan.SplitDepth, Is.LessThan(depth), "no part is empty");
    }

    [TestCase(256, 16)]
    [TestCase(255, 8)]
    [TestCase(64, 8)]
    [TestCase(16, 4)]
    public void Groups_stay_within_the_limit_of_the_device(int largestGroup, int side) =>
        Assert.That(GemmPlan.For(new(1, 768, 768, 768), mayBeSplit: true, Multiprocessors, largestGroup).Side, Is.EqualTo(side));
}
