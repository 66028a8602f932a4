using System.Runtime.Intrinsics;
using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tiles;

/// <summary>Puts launches of one tile kernel into the queue of a CPU session; holds their arguments until the queue has run.</summary>
/// <typeparam name="T">The tile kernel.</typeparam>
/// <param name="session">A CPU session.</param>
internal sealed class TileLauncher<T>(DeviceSession session) : ITileLauncher
    where T : struct, ITile
{
    private readonly TileQueue queue = session.Tiles;
    private T[] waiting = new T[1];
    private int count;

    /// <summary>Queues the kernel; it runs on all workers after everything queued before.</summary>
    public void Run(in T tile)
    {
        if (count == waiting.Length)
            Array.Resize(ref waiting, 2 * count);
        waiting[count] = tile;
        queue.Add(this, count++);
    }

    // The conditions are constants to the JIT.
    void ITileLauncher.Run(int launch, int worker, int workers)
    {
        ref T tile = ref waiting[launch];
        if (Vector512.IsHardwareAccelerated)
            tile.Run<Simd512, Vector512<float>>(worker, workers);
        else if (Vector256.IsHardwareAccelerated)
            tile.Run<Simd256, Vector256<float>>(worker, workers);
        else
            tile.Run<Simd128, Vector128<float>>(worker, workers);
    }

    void ITileLauncher.Forget() => count = 0;
}
