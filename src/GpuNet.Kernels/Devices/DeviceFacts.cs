using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>What a driver says about itself and its device, for reports and for telling devices apart.</summary>
internal static class DeviceFacts
{
    // Nvidia's kernel module says its own version here; CUDA says only which CUDA it speaks.
    private const string KernelModule = "/proc/driver/nvidia/version";

    /// <summary>The driver's version: one text as long as it stays the same.</summary>
    public static string DriverOf(Accelerator accelerator) => accelerator switch
    {
        CudaAccelerator cuda => $"CUDA {cuda.DriverVersion}",
        CLAccelerator opencl => $"{opencl.PlatformName} {Text(opencl, CLDeviceInfoType.CL_DRIVER_VERSION)}",
        _ => $"ILGPU {typeof(Accelerator).Assembly.GetName().Version?.ToString(3)}, on the processor",
    };

    /// <summary>Further facts, as names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(Accelerator accelerator, DeviceLimits limits)
    {
        var facts = new List<(string, string)> { ("Driver", DriverOf(accelerator)) };
        if (accelerator is CudaAccelerator cuda)
        {
            if (File.Exists(KernelModule))
                facts.Add(("Module", File.ReadLines(KernelModule).FirstOrDefault() ?? ""));
            facts.Add(("Architecture", $"{cuda.Architecture}, PTX {cuda.InstructionSet}"));
        }
        if (accelerator is CLAccelerator opencl)
            facts.Add(("OpenCL", $"{opencl.PlatformVersion}; {Text(opencl, CLDeviceInfoType.CL_DEVICE_VERSION)}; C {opencl.CVersion}; vendor {opencl.VendorName}"));
        facts.Add(("Limits", $"{limits.GroupSize} threads and {limits.SharedBytes / 1024.0:0.#} KB shared memory a group, {limits.WarpSize} threads a warp, {limits.Multiprocessors} multiprocessors"));
        return facts;
    }

    private static string Text(CLAccelerator opencl, CLDeviceInfoType what) => CLAPI.CurrentAPI.GetDeviceInfo(opencl.DeviceId, what).Trim('\0', ' ');
}
