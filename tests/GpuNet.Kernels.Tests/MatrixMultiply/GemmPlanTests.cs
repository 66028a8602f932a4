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
        var plan = GemmPlan.For(Limits, size, mayBeSplit: true)!.Value;
        Assert.That(plan.Variant.Name, Is.EqualTo("128x128x8"));
        Assert.That(plan.Splits(size), Is.EqualTo(1));
    }
}
