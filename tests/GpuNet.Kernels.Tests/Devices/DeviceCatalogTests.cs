using GpuNet.Kernels.Devices;
using ILGPU.Backends.OpenCL;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class DeviceCatalogTests
{
    [Test]
    public void The_CPU_is_always_listed_and_usable() =>
        Assert.That(DeviceCatalog.List(), Has.Exactly(1).Matches<DeviceDescription>(device => device is { Kind: DeviceKind.Cpu, IsUsable: true, Id: "cpu", MemoryBytes: > 0 }));

    [Test]
    public void A_GPU_is_the_default_before_the_CPU_but_only_if_it_can_be_used()
    {
        var cpu = new DeviceDescription(DeviceKind.Cpu, 0, "cpu", 1);
        var broken = new DeviceDescription(DeviceKind.Cuda, 0, "broken", 1, "its driver is too old");
        var opencl = new DeviceDescription(DeviceKind.OpenCL, 0, "opencl", 1);
        Assert.That(DeviceCatalog.DefaultOf([broken, opencl, cpu]), Is.SameAs(opencl));
        Assert.That(DeviceCatalog.DefaultOf([broken, cpu]), Is.SameAs(cpu));
    }

    [Test]
    public void A_device_that_can_be_used_with_a_reservation_is_not_the_default()
    {
        var cpu = new DeviceDescription(DeviceKind.Cpu, 0, "cpu", 1);
        var processor = new DeviceDescription(DeviceKind.OpenCL, 0, "opencl", 1, Reservation: "it is the processor");
        Assert.That(processor.IsUsable);
        Assert.That(DeviceCatalog.DefaultOf([processor, cpu]), Is.SameAs(cpu));
    }

    [Test]
    public void An_OpenCL_device_that_is_the_processor_opens_if_it_is_named()
    {
        var processor = DeviceCatalog.List().FirstOrDefault(device => device.Kind == DeviceKind.OpenCL && device.Reservation is not null);
        if (processor is null)
            Assert.Ignore("No OpenCL device here is the processor.");
        Assert.That(processor!.Problem, Is.Null);
        using var session = DeviceCatalog.Open(processor.Id);
        Assert.That(session.Description.Name, Is.EqualTo(processor.Name));
    }

    [TestCase(1, 2, true, "OpenCL C 1.2, and ILGPU needs 2.0")]
    [TestCase(2, 0, false, "no compiler")]
    [TestCase(2, 0, true, null)]
    [TestCase(3, 0, true, null)]
    public void An_OpenCL_device_needs_the_language_and_a_compiler(int major, int minor, bool hasCompiler, string? problem) =>
        Assert.That(DeviceCatalog.ProblemOf(new CLCVersion(major, minor), hasCompiler), problem is null ? Is.Null : Does.Contain(problem));

    [Test]
    public void A_driver_that_fails_is_listed_with_its_error()
    {
        var devices = DeviceCatalog.Ask<object>(DeviceKind.OpenCL, _ => throw new InvalidOperationException("out of order"), _ => [], (_, _) => throw new InvalidOperationException());
        Assert.That(devices, Has.Count.EqualTo(1));
        Assert.That(devices[0].IsUsable, Is.False);
        Assert.That(devices[0].Problem, Does.Contain("failed").And.Contain("out of order"));
    }

    [TestCase("gpu")]
    [TestCase("")]
    [TestCase("cuda")]
    [TestCase("cuda:")]
    [TestCase("cuda:-1")]
    [TestCase("opencl:x")]
    [TestCase("CPU:0")]
    public void A_malformed_selector_is_refused_with_the_known_ones(string selector) =>
        Assert.That(() => DeviceCatalog.Open(selector), Throws.TypeOf<DeviceException>().With.Message.Contains($"'{selector}'").And.Message.Contains(DeviceCatalog.Selectors));

    [Test]
    public void A_device_that_is_not_there_is_refused_with_those_that_are() =>
        Assert.That(() => DeviceCatalog.Open("cuda:99"), Throws.TypeOf<DeviceException>().With.Message.Contains("'cuda:99' is not present").And.Message.Contains("cpu"));

    [Test]
    public void A_device_that_fails_to_open_says_so() =>
        Assert.That(() => DeviceSession.Open(DeviceKind.Cuda, 99), Throws.TypeOf<DeviceException>().With.Message.Contains("'cuda:99' failed to open"));

    [Test]
    public void A_selector_opens_its_device()
    {
        using var session = DeviceCatalog.Open("cpu");
        Assert.That(session.Description.Id, Is.EqualTo("cpu"));
        Assert.That(session.Workers, Is.EqualTo(Environment.ProcessorCount));
    }

    [Test]
    public void A_session_needs_a_worker() =>
        Assert.That(() => DeviceSession.OpenCpu(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 workers"));

    [Test]
    public void A_session_may_be_closed_twice()
    {
        var session = DeviceSession.OpenCpu(1);
        session.Dispose();
        Assert.That(session.Dispose, Throws.Nothing);
    }
}
