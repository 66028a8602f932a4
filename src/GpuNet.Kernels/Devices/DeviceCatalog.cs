using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>Lists the devices of this machine, says which can be used and why not, and opens sessions on them.</summary>
public static class DeviceCatalog
{
    /// <summary>What <see cref="Open(string)"/> takes, for help texts.</summary>
    public const string Selectors = "auto, cpu, opencl:N, cuda:N";

    /// <summary>Every device that ILGPU sees, usable or not: CUDA devices first, then OpenCL's, then the CPU. Where a driver fails when it is asked for its
    /// devices, an entry that cannot be used says so.</summary>
    /// <returns>The list; the CPU is always there.</returns>
    public static IReadOnlyList<DeviceDescription> List() =>
    [
        .. Ask(DeviceKind.Cuda, builder => builder.Cuda(_ => true), context => [.. context.GetCudaDevices()],
            (CudaDevice device, int index) => new(DeviceKind.Cuda, index, device.Name, device.MemorySize, ProblemOf(device))),
        .. Ask(DeviceKind.OpenCL, builder => builder.OpenCL(_ => true), context => [.. context.GetCLDevices()],
            (CLDevice device, int index) => new(DeviceKind.OpenCL, index, device.Name, device.MemorySize, ProblemOf(device), ReservationOf(device))),
        new(DeviceKind.Cpu, 0, CpuName(Environment.ProcessorCount), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
    ];

    /// <summary>The device that <c>auto</c> takes: the first of the list that can be used without reservation, so CUDA before OpenCL before the CPU. An
    /// OpenCL device that is the processor itself is passed over: the CPU session's SIMD kernels are far faster there.</summary>
    /// <param name="devices">The list.</param>
    /// <returns>The default.</returns>
    public static DeviceDescription DefaultOf(IReadOnlyList<DeviceDescription> devices) =>
        devices.First(device => device.IsUsable && device.Reservation is null);

    /// <summary>Opens a session on the device that a selector names.</summary>
    /// <param name="selector"><c>auto</c>, <c>cpu</c>, <c>opencl:N</c>, <c>cuda:N</c>, or <c>simulated-gpu</c> (for tests).</param>
    /// <returns>The session, to be disposed by the caller.</returns>
    /// <exception cref="DeviceException">The selector is malformed, or the device is not there, cannot be used or fails to open.</exception>
    public static DeviceSession Open(string selector)
    {
        if (selector == "cpu")
            return DeviceSession.OpenCpu();
        if (selector == "simulated-gpu")
            return DeviceSession.OpenSimulatedGpu();
        var devices = List();
        if (selector == "auto")
            return Open(DefaultOf(devices));
        string known = string.Join(", ", devices.Select(device => device.Id));
        if (!IsWellFormed(selector))
            throw new DeviceException($"device '{selector}' is not known; it must be one of {Selectors}. Present here: {known}.");
        var chosen = devices.FirstOrDefault(device => device.Id == selector)
            ?? throw new DeviceException($"device '{selector}' is not present; here are {known}. Choose one of them, or 'auto'.");
        return Open(chosen);
    }

    private static DeviceSession Open(DeviceDescription device) => device.IsUsable
        ? DeviceSession.Open(device.Kind, device.Index)
        : throw new DeviceException($"device '{device.Id}' ({device.Name}) cannot be used: {device.Problem}. Choose another one; `gpunet devices` lists them.");

    private static bool IsWellFormed(string selector) =>
        selector.Split(':') is ["opencl" or "cuda", var index] && int.TryParse(index, out int number) && number >= 0;

    /// <summary>The devices of one kind, or one that stands for them if the driver fails.</summary>
    internal static IReadOnlyList<DeviceDescription> Ask<TDevice>(
        DeviceKind kind, Action<Context.Builder> add, Func<Context, IReadOnlyList<TDevice>> devicesOf, Func<TDevice, int, DeviceDescription> describe)
    {
        try
        {
            using var context = Context.Create(add);
            return [.. devicesOf(context).Select(describe)];
        }
        catch (Exception error)
        {
            return [new(kind, 0, $"{kind} driver", 0, $"its driver failed when it was asked for its devices: {error.Message.ReplaceLineEndings(" ")}")];
        }
    }

    internal static string? ProblemOf(CLCVersion language, bool hasCompiler)
    {
        if (language < CLBackend.MinimumVersion)
            return $"it compiles OpenCL C {language.Major}.{language.Minor}, and ILGPU needs {CLBackend.MinimumVersion.Major}.{CLBackend.MinimumVersion.Minor}";
        return hasCompiler ? null : "its driver has no compiler for OpenCL C";
    }

    // A driver of OpenCL 3.0 may call its language OpenCL C 1.2, for programs that ask for no version; ILGPU asks for the device's.
    private static string? ProblemOf(CLDevice device) =>
        ProblemOf(device.CLStdVersion, CLAPI.CurrentAPI.GetDeviceInfo<int>(device.DeviceId, CLDeviceInfoType.CL_DEVICE_COMPILER_AVAILABLE) != 0);

    private static string? ReservationOf(CLDevice device) => device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CPU)
        ? "it is the processor, where the device 'cpu' is far faster"
        : null;

    private static string? ProblemOf(CudaDevice device) =>
        device.Architecture is null || device.InstructionSet is null
            ? "its architecture or driver is not known to ILGPU 1.5.3"
            : null;

    internal static string CpuName(int cores) => $"{cores} core{(cores == 1 ? "" : "s")}, {Simd.Description}";
}
