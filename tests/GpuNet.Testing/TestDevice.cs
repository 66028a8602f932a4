using GpuNet.Kernels.Devices;
using ILGPU.Runtime;

namespace GpuNet.Testing;

/// <summary>
/// The kinds of session that tests run on, and one open session of each. A fixture takes <see cref="All"/> as its source, so a device that
/// is not there shows as a skipped fixture with the reason. Two environment variables hold ids, separated by commas: GPUNET_TEST_DEVICES
/// narrows the list, and what GPUNET_REQUIRE_DEVICES names must be there, so that it fails instead of being skipped.
/// </summary>
public static class TestDevice
{
    private static readonly string[] Required = Environment.GetEnvironmentVariable("GPUNET_REQUIRE_DEVICES")?.Split(',') ?? [];

    private static readonly Dictionary<string, DeviceSession> Sessions = [];

    private static readonly List<object> Kept = [];

    /// <summary>The ids: cpu, simulated-gpu, opencl, cuda.</summary>
    public static IReadOnlyList<string> All { get; } =
        Environment.GetEnvironmentVariable("GPUNET_TEST_DEVICES")?.Split(',') ?? ["cpu", "simulated-gpu", "opencl", "cuda"];

    /// <summary>The session of an id, opened at the first call and shared by all fixtures of the test run.</summary>
    /// <param name="id">One of <see cref="All"/>.</param>
    /// <returns>The session. Skips the test, visibly, if the device is not there and need not be.</returns>
    public static DeviceSession Open(string id)
    {
        if (!Sessions.TryGetValue(id, out var session))
            Sessions[id] = session = OpenAnother(id);
        return session;
    }

    /// <summary>Keeps an op of a shared session, and with it its kernels, until the run ends.</summary>
    /// <param name="op">The op.</param>
    public static void Keep(object op) => Kept.Add(op);

    /// <summary>A session of its own, to be disposed by the test.</summary>
    /// <param name="id">One of <see cref="All"/>.</param>
    /// <returns>The session. Skips the test, visibly, if the device is not there and need not be.</returns>
    public static DeviceSession OpenAnother(string id)
    {
        try
        {
            return id switch
            {
                "cpu" => DeviceSession.OpenCpu(),
                "simulated-gpu" => DeviceSession.OpenSimulatedGpu(),
                "opencl" => DeviceSession.Open(DeviceKind.OpenCL, 0),
                _ => DeviceSession.Open(DeviceKind.Cuda, 0),
            };
        }
        catch (DeviceException missing) when (id is "opencl" or "cuda" && !Required.Contains(id))
        {
            Assert.Ignore($"No {id} device here: {missing.Message}");
            throw;
        }
    }

    /// <summary>A simulated GPU of little memory, to be disposed by the test.</summary>
    /// <param name="bytes">Its memory.</param>
    /// <param name="largestBuffer">Bytes that one buffer may take.</param>
    /// <returns>The session.</returns>
    public static DeviceSession OpenSmall(long bytes, long largestBuffer) =>
        DeviceSession.OpenSimulatedGpu(new DeviceLimits(GroupSize: 1024, SharedBytes: 48 << 10, WarpSize: 32, Multiprocessors: 1), new SimulatedMemory(bytes, largestBuffer));

    /// <summary>The processor, whose driver fails at one of the host's waits for it, and at all after that, to be disposed by the test.</summary>
    /// <param name="wait">The first that fails, from 1.</param>
    /// <param name="what">What the driver says.</param>
    /// <returns>The session.</returns>
    public static DeviceSession OpenFailing(long wait, string what)
    {
        var session = DeviceSession.OpenCpu();
        session.Waiting = number =>
        {
            if (number >= wait)
                throw new DriverFailure(what);
        };
        return session;
    }

    /// <summary>Opens a device that is not there.</summary>
    /// <returns>Nothing: it throws what a device that fails to open throws.</returns>
    public static DeviceSession OpenMissing() => DeviceSession.Open(DeviceKind.Cuda, 99);

    private sealed class DriverFailure(string what) : AcceleratorException(what)
    {
        public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;
    }
}
