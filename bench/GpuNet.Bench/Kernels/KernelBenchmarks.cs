using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Kernels;

/// <summary>
/// What the suites share: an open device and a case's launches on it. A benchmark launches a pass and waits for the device; with
/// the environment variable <c>GPUNET_BENCH_DEVICES</c> (such as <c>cpu,cuda:0</c>) a suite runs on other devices than all usable ones.
/// </summary>
public abstract class KernelBenchmarks
{
    private readonly Action[] launches = new Action[Enum.GetValues<KernelPass>().Length];

    /// <summary>The devices of a suite.</summary>
    public static IEnumerable<string> Devices =>
        Environment.GetEnvironmentVariable("GPUNET_BENCH_DEVICES") is { Length: > 0 } chosen
            ? chosen.Split(',')
            : DeviceCatalog.List().Where(device => device.IsUsable).Select(device => device.Id);

    /// <summary>Selector of the device.</summary>
    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "";

    /// <summary>What is measured.</summary>
    protected abstract KernelCase Case { get; }

    private DeviceSession Session { get; set; } = null!;

    private KernelMemory Memory { get; set; } = null!;

    /// <summary>Opens the device and makes the op and its tensors.</summary>
    [GlobalSetup]
    public void Open()
    {
        Session = DeviceCatalog.Open(Device);
        Memory = new KernelMemory(Session);
        // Once each, in order: a backward pass needs what the forward pass saves.
        foreach (var launch in Case.Open(Memory))
        {
            launches[(int)launch.Pass] = launch.Run;
            Run(launch.Pass);
        }
    }

    /// <summary>Frees the device.</summary>
    [GlobalCleanup]
    public void Close()
    {
        Memory.Dispose();
        Session.Dispose();
    }

    /// <summary>Launches a pass and waits for the device.</summary>
    /// <param name="pass">One of the case's.</param>
    protected void Run(KernelPass pass)
    {
        launches[(int)pass]();
        Session.Synchronize();
    }
}
