using System.Runtime.Intrinsics;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// Launches a tile kernel on a CPU session: one group of one thread for each worker. The struct's method is opaque to ILGPU's front end
/// (<see cref="IntrinsicImplementationAttribute"/>), so the accelerator runs the very .NET method, which is free to use SIMD.
/// </summary>
/// <typeparam name="T">The tile kernel.</typeparam>
internal sealed class TileLauncher<T> where T : struct, ITile
{
    private readonly Action<KernelConfig, T> launch;
    private readonly KernelConfig workers;

    public TileLauncher(DeviceSession session)
    {
        launch = session.Accelerator.LoadStreamKernel<T>(Kernel);
        workers = new KernelConfig(session.Workers, 1);
    }

    /// <summary>Runs the kernel on all workers.</summary>
    public void Run(in T tile) => launch(workers, tile);

    private static void Kernel(T tile) => RunWorker(tile, Grid.IdxX, Grid.DimX);

    // The conditions are constants to the JIT.
    [IntrinsicImplementation]
    private static void RunWorker(T tile, int worker, int workers)
    {
        if (Vector512.IsHardwareAccelerated)
            tile.Run<Simd512, Vector512<float>>(worker, workers);
        else if (Vector256.IsHardwareAccelerated)
            tile.Run<Simd256, Vector256<float>>(worker, workers);
        else
            tile.Run<Simd128, Vector128<float>>(worker, workers);
    }
}
