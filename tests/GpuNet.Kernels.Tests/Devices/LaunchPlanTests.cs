using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class LaunchPlanTests
{
    [TestCase(1024, 32, 1_000_000, 256, 3907)]
    [TestCase(1024, 64, 70, 128, 1)]
    [TestCase(256, 16, 17, 32, 1)]
    [TestCase(100, 8, 1000, 96, 11)]
    [TestCase(64, 64, 65, 64, 2)]
    [TestCase(1, 1, 3, 1, 3)]
    [TestCase(16, 32, 40, 16, 3)]
    [TestCase(1024, 32, int.MaxValue - 65535, 256, 8388352)]
    public void Groups_are_whole_warps_within_the_limit(int groupSize, int warp, int threads, int group, int groups)
    {
        var config = new DeviceLimits(groupSize, 16 * 1024, warp, 4).Flat(threads);
        Assert.That((config.GroupDim.X, config.GridDim.X), Is.EqualTo((group, groups)));
    }

    [TestCase(1024, 256)]
    [TestCase(255, 128)]
    [TestCase(1, 1)]
    public void A_tree_halves_its_group_to_one_thread(int groupSize, int group) =>
        Assert.That(new DeviceLimits(groupSize, 16 * 1024, 1, 4).TreeGroupOf(), Is.EqualTo(group));
}
