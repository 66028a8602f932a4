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

    /// <summary>Every device that ILGPU sees, usable or not: CUDA devices first, then OpenCL's, then the CPU.</summary>
    /// <returns>The list; the CPU is always there.</returns>
    public static IReadOnlyList<DeviceDescription> List()
    {
        var devices = new List<DeviceDescription>();
        using var context = Context.Create(builder => builder.Cuda(_ => true).OpenCL(_ => true));
        foreach (var cuda in context.GetCudaDevices())
            devices.Add(new(DeviceKind.Cuda, devices.Count(d => d.Kind == DeviceKind.Cuda), cuda.Name, cuda.MemorySize, ProblemOf(cuda)));
        foreach (var opencl in context.GetCLDevices())
            devices.Add(new(DeviceKind.OpenCL, devices.Count(d => d.Kind == DeviceKind.OpenCL), opencl.Name, opencl.MemorySize, ProblemOf(opencl)));
        devices.Add(new(DeviceKind.Cpu, 0, CpuName(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        return devices;
    }

    /// <summary>The device that <c>auto</c> takes: the first usable one of the list, so CUDA before OpenCL before the CPU. An OpenCL
    /// device that is the processor itself is passed over: the CPU session's SIMD kernels are far faster there.</summary>
    /// <param name="devices">The list.</param>
    /// <returns>The default.</returns>
    public static DeviceDescription DefaultOf(IReadOnlyList<DeviceDescription> devices) =>
        devices.First(device => device.IsUsable);

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

    private static string? ProblemOf(CudaDevice device) =>
        device.Architecture is null || device.InstructionSet is null
            ? "its architecture or driver is not known to ILGPU 1.5.3"
            : null;

    private static string? ProblemOf(CLDevice device)
    {
        if (device.CVersion < CLBackend.MinimumVersion)
            return $"it offers OpenCL C {device.CVersion.Major}.{device.CVersion.Minor}, and ILGPU needs {CLBackend.MinimumVersion.Major}.{CLBackend.MinimumVersion.Minor}";
        if (!device.Capabilities.GenericAddressSpace)
            return "its driver lacks OpenCL's generic address space, which ILGPU's kernels ask for";
        if (device.DeviceType == CLDeviceType.CL_DEVICE_TYPE_CPU)
            return "it is the processor: the device 'cpu' runs SIMD kernels there";
        return null;
    }

    private static string CpuName() => $"{Environment.ProcessorCount} cores, {Simd.Description}";
}
