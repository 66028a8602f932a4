using System.Diagnostics;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Devices;

/// <summary>Each worker notes when it gets here.</summary>
/// <param name="ticks">A place for each worker, by the stopwatch.</param>
internal readonly struct StampTile(long[] ticks) : ITile
{
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct => ticks[worker] = Stopwatch.GetTimestamp();
}
