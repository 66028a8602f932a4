using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Suites;

/// <summary>
/// What all suites share: an open device. With the environment variable <c>GPUNET_BENCH_DEVICES</c> (such as <c>cpu,cuda:0</c>) a suite runs on other devices
/// than all usable ones.
/// </summary>
public abstract class DeviceBenchmarks
{
    /// <summary>The devices of a suite, the default one first.</summary>
    public static IEnumerable<string> Devices =>
        Environment.GetEnvironmentVariable("GPUNET_BENCH_DEVICES") is { Length: > 0 } chosen
            ? chosen.Split(',')
            : DeviceCatalog.List().Where(device => device.IsUsable).Select(device => device.Id).OrderByDescending(id => id == DeviceCatalog.DefaultOf(DeviceCatalog.List()).Id);

    /// <summary>Selector of the device.</summary>
    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "";

    /// <summary>The open device.</summary>
    protected DeviceSession Session { get; private set; } = null!;

    /// <summary>Opens the device and prepares what is measured.</summary>
    [GlobalSetup]
    public void Open()
    {
        Session = DeviceCatalog.Open(Device);
        Prepare();
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Close()
    {
        Free();
        Session.Dispose();
    }

    /// <summary>Makes what is measured, on the open device.</summary>
    protected abstract void Prepare();

    /// <summary>Frees it.</summary>
    protected abstract void Free();
}
