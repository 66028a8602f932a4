using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Rooflines;

/// <summary>A GPU by its data sheet.</summary>
/// <param name="Name">The maker's name.</param>
/// <param name="FlopsPerSecond">Float32 operations a second at its boost clock, a multiply-add counting as two.</param>
/// <param name="BytesPerSecond">Bandwidth of its memory.</param>
/// <param name="Limits">What launches are planned by.</param>
internal sealed record Gpu(string Name, double FlopsPerSecond, double BytesPerSecond, DeviceLimits Limits)
{
    /// <summary>
    /// One for the desk, one for the data centre, and one inside a laptop's processor. Sources: Nvidia's GA106 and A100 (SXM, 40 GB) data sheets;
    /// Intel's of Iris Xe with 96 execution units of 8 lanes at 1.35 GHz, with dual-channel LPDDR4X-4266. Groups and shared memory are what
    /// CUDA and Intel's OpenCL report, shared memory no more than a kernel of ours may take.
    /// </summary>
    public static IReadOnlyList<Gpu> All { get; } =
    [
        new("GeForce RTX 3060", 12.7e12, 360e9, new(GroupSize: 1024, SharedBytes: 48 * 1024, WarpSize: 32, Multiprocessors: 28)),
        new("A100", 19.5e12, 1555e9, new(GroupSize: 1024, SharedBytes: 48 * 1024, WarpSize: 32, Multiprocessors: 108)),
        new("Iris Xe (96 EU)", 2.07e12, 68e9, new(GroupSize: 512, SharedBytes: 48 * 1024, WarpSize: 16, Multiprocessors: 96)),
    ];
}
