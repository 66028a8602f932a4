using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Devices;

/// <summary>Copies an array, a share each: the memory's bandwidth.</summary>
/// <param name="source">What is read.</param>
/// <param name="destination">What is written; of the same length.</param>
internal readonly struct CopyTile(float[] source, float[] destination) : ITile
{
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines(source.Length, worker, workers);
        source.AsSpan(share.Begin, share.Length).CopyTo(destination.AsSpan(share.Begin));
    }
}
