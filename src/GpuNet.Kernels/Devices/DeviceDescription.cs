namespace GpuNet.Kernels.Devices;

/// <summary>A device as the catalog lists it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Its number among the devices of its kind, from 0.</param>
/// <param name="Name">The driver's name for it.</param>
/// <param name="MemoryBytes">Memory that it reports, in bytes.</param>
/// <param name="Problem">Why it cannot be used, or null if it can.</param>
/// <param name="Reservation">Why it is not chosen unless it is named, or null if it may be.</param>
public sealed record DeviceDescription(DeviceKind Kind, int Index, string Name, long MemoryBytes, string? Problem = null, string? Reservation = null)
{
    /// <summary>Whether a session can be opened on it.</summary>
    public bool IsUsable => Problem is null;

    /// <summary>What decides how results are rounded: of the processor its vectors, however many cores it has; of any other device its name.</summary>
    public string Rounding => Kind == DeviceKind.Cpu ? Simd.Description : Name;

    /// <summary>What selects it on the command line: <c>cpu</c>, <c>opencl:0</c>, <c>cuda:0</c>.</summary>
    public string Id => Kind switch
    {
        DeviceKind.Cpu => "cpu",
        DeviceKind.SimulatedGpu => "simulated-gpu",
        DeviceKind.OpenCL => $"opencl:{Index}",
        _ => $"cuda:{Index}",
    };
}
