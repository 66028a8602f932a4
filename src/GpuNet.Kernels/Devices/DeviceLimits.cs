using ILGPU.Runtime;

namespace GpuNet.Kernels.Devices;

/// <summary>What a device can run at once: the sizes that launches of the portable kernels are planned by.</summary>
/// <param name="GroupSize">Threads that a group may have.</param>
/// <param name="SharedBytes">Shared memory that a group may take, in bytes; what a kernel declares statically, so 48 KB at most on CUDA.</param>
/// <param name="WarpSize">Threads that run in step, at least 1.</param>
/// <param name="Multiprocessors">Groups that surely run side by side.</param>
internal readonly record struct DeviceLimits(int GroupSize, int SharedBytes, int WarpSize, int Multiprocessors)
{
    // More compiles, but does not load on CUDA; nor should a kernel rely on it elsewhere.
    private const int MostSharedBytes = 48 * 1024;

    /// <summary>The limits that an accelerator reports.</summary>
    public static DeviceLimits Of(Accelerator accelerator) => new(
        accelerator.MaxNumThreadsPerGroup,
        Math.Min(accelerator.MaxSharedMemoryPerGroup, MostSharedBytes),
        Math.Max(accelerator.WarpSize, 1),
        accelerator.NumMultiprocessors);
}
