using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class DeviceLimitsTests
{
    [Test]
    public void Limits_are_the_devices_and_shared_memory_is_no_more_than_CUDA_loads()
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        Assert.That(session.Limits.GroupSize, Is.EqualTo(session.Accelerator.MaxNumThreadsPerGroup));
        Assert.That(session.Limits.WarpSize, Is.EqualTo(32));
        Assert.That(session.Limits.SharedBytes, Is.EqualTo(48 * 1024));
    }

    [Test]
    public void A_simulated_GPU_of_given_limits_enforces_its_group_size()
    {
        var limits = new DeviceLimits(GroupSize: 256, SharedBytes: 32 * 1024, WarpSize: 16, Multiprocessors: 2);
        using var session = DeviceSession.OpenSimulatedGpu(limits);
        Assert.That(session.Limits, Is.EqualTo(limits));
        Assert.That(session.Accelerator.MaxNumThreadsPerGroup, Is.EqualTo(256));
        Assert.That(session.Accelerator.WarpSize, Is.EqualTo(16));
    }
}
