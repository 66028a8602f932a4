using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class GemmPlanTests
{
    private static readonly DeviceLimits Limits = new(GroupSize: 1024, SharedBytes: 48 * 1024, WarpSize: 32, Multiprocessors: 20);

    [Test]
    public void A_large_product_takes_large_tiles_and_whole_sums()
    {
        var size = new GemmSize(1, 2048, 2048, 768);
        var plan = Plan(Limits, size);
        Assert.That((plan.Variant.Rows, plan.Variant.Columns), Is.EqualTo((128, 128)));
        Assert.That(plan.Splits(size), Is.EqualTo(1));
        Assert.That(plan.Blocks(size), Is.EqualTo(256));
    }

    [Test]
    public void A_narrow_product_takes_small_tiles() =>
        Assert.That(Plan(Limits, new(1, 32, 102400, 75)).Variant.Rows, Is.EqualTo(32));

    [Test]
    public void A_small_product_of_long_sums_is_split_until_the_device_is_full()
    {
        var size = new GemmSize(1, 32, 75, 102400);
        var plan = Plan(Limits, size);
        Assert.That(plan.Blocks(size) * plan.Splits(size) * plan.Variant.Threads, Is.InRange(128 * Limits.Multiprocessors, 2048 * Limits.Multiprocessors));
        Assert.That(GemmPlan.For(Limits, size, mayBeSplit: false)!.Value.Splits(size), Is.EqualTo(1));
    }

    [TestCase(1, 1)]
    [TestCase(63, 1)]
    [TestCase(130, 2)]
    [TestCase(700, 10)]
    public void Parts_of_a_sum_are_neither_short_nor_empty_and_end_with_a_turn_of_the_loop(int depth, int mostSplits)
    {
        var size = new GemmSize(1, 5, 3, depth);
        var plan = Plan(Limits, size);
        Assert.That(plan.Splits(size), Is.InRange(1, mostSplits));
        Assert.That((plan.Splits(size) - 1) * plan.SplitDepth, Is.LessThan(depth), "no part is empty");
        Assert.That(plan.SplitDepth % (2 * plan.Variant.Depth), Is.Zero);
    }

    [Test]
    public void Parts_of_all_sums_can_be_indexed_with_32_bits()
    {
        var size = new GemmSize(1, 30000, 30000, 100000);
        Assert.That((long)Plan(Limits with { Multiprocessors = 100000 }, size).Splits(size) * size.Rows * size.Columns, Is.LessThan(int.MaxValue));
    }

    [TestCase(256, 32, 32)]
    [TestCase(256, 32, 8)]
    [TestCase(255, 48, 64)]
    [TestCase(64, 16, 16)]
    [TestCase(64, 5, 64)]
    public void Groups_and_shared_memory_stay_within_the_limits_of_the_device(int groupSize, int sharedKilobytes, int warpSize)
    {
        var limits = new DeviceLimits(groupSize, sharedKilobytes * 1024, warpSize, 8);
        foreach (var size in new GemmSize[] { new(1, 2048, 2048, 768), new(1, 10, 100, 64), new(2, 96, 75, 102400) })
        {
            var plan = Plan(limits, size);
            Assert.That(plan.Variant.Threads, Is.AtMost(groupSize));
            Assert.That(plan.Variant.SharedBytes, Is.AtMost(limits.SharedBytes));
        }
    }

    [Test]
    public void A_device_with_too_little_of_either_is_refused_with_what_is_needed()
    {
        using var session = DeviceSession.OpenSimulatedGpu(Limits with { GroupSize = 32, SharedBytes = 4096 });
        Assert.That(
            () => new MatrixMultiplyOp(session, new(4, 4, 4, false, false)),
            Throws.TypeOf<DeviceException>().With.Message.Contains("32 threads with 4096 bytes").And.Message.Contains("64").And.Message.Contains("4608"));
    }

    [Test]
    public void A_measured_choice_replaces_the_estimate_if_the_device_can_run_it()
    {
        using var session = DeviceSession.OpenSimulatedGpu(Limits with { GroupSize = 128 });
        var request = new GemmRequest("multiply.nn", new(1, 500, 500, 640), MayBeSplit: true);
        var estimate = GemmPlan.For(session, request);
        Assert.That(session.Tuning.Requests, Is.EqualTo(new[] { request }));
        session.Tuning.Set(request.Op, request.Size, new("32x32x16", 4));
        Assert.That(GemmPlan.For(session, request), Is.EqualTo(new GemmPlan(GemmVariants.Named("32x32x16")!, 160)));
        Assert.That(GemmPlan.For(session, request with { MayBeSplit = false }).Splits(request.Size), Is.EqualTo(1));
        Assert.That(GemmPlan.For(session, request with { Op = "multiply.nt" }), Is.EqualTo(estimate), "another op");
        session.Tuning.Set(request.Op, request.Size, new("128x128x8", 1));
        Assert.That(GemmPlan.For(session, request), Is.EqualTo(estimate), "groups of 256 threads do not run here");
        session.Tuning.Set(request.Op, request.Size, new("7x7x7", 1));
        Assert.That(GemmPlan.For(session, request), Is.EqualTo(estimate), "no such variant");
    }

    [Test]
    public void Names_never_change() => Assert.That(
        GemmVariants.All.Select(variant => variant.Name),
        Is.EqualTo(new[] { "128x128x8", "128x128x16", "64x64x8", "64x64x16", "32x32x8", "32x32x16" }));

    private static GemmPlan Plan(DeviceLimits limits, GemmSize size) => GemmPlan.For(limits, size, mayBeSplit: true)!.Value;
}
