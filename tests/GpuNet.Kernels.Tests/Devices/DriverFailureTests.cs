using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Tests.Devices;

/// <summary>A driver that fails says so once: the first error is the one that is told, and nothing stays behind.</summary>
public sealed class DriverFailureTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Memory_that_cannot_be_zeroed_is_given_back()
    {
        long held = Session.HeldBytes;
        Assert.That(
            () => new Arena(Session, 100, _ => throw new DriverFailure("zeroing")),
            Throws.TypeOf<DeviceException>().With.Message.Contains(Session.Description.Id).And.Message.Contains("zeroing"));
        Assert.That(() => new Arena(Session, 100, _ => throw new InvalidTimeZoneException()), Throws.TypeOf<InvalidTimeZoneException>(), "no driver's");
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void What_cannot_be_disposed_hides_no_earlier_error_and_keeps_no_memory()
    {
        long held = Session.HeldBytes;
        int made = 0;
        // The first slot's two marks; the second slot's cannot be made.
        Assert.That(
            () => new UploadRing(Session, 100, slots: 2, _ => ++made > 2 ? throw new DriverFailure("the first") : new StubbornMark()),
            Throws.TypeOf<DeviceException>().With.Message.Contains("the first"));
        Assert.That(Session.HeldBytes, Is.EqualTo(held));

        var ring = new UploadRing(Session, 100, slots: 2, _ => new StubbornMark());
        Assert.That(ring.Dispose, Throws.Nothing);
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void A_group_that_is_too_large_for_a_kernel_is_told_with_the_devices_limit()
    {
        var failure = Session.FailureOf(new CLException(CLError.CL_INVALID_WORK_GROUP_SIZE));
        Assert.That(failure!.Message, Does.Contain($"groups of {Session.Limits.GroupSize} threads").And.Contain("fewer").And.Contain("gpunet devices"));
        Assert.That(Session.FailureOf(new CLException(CLError.CL_OUT_OF_RESOURCES))!.Message, Does.Contain("failed: "));
        Assert.That(Session.FailureOf(new InvalidOperationException()), Is.Null);
    }

    private sealed class DriverFailure(string what) : AcceleratorException(what)
    {
        public override AcceleratorType AcceleratorType => AcceleratorType.CPU;
    }

    private sealed class StubbornMark : StreamMark
    {
        public override void Set(AcceleratorStream stream)
        {
        }

        public override void Wait()
        {
        }

        public override void Dispose() => throw new DriverFailure("disposing");
    }
}
