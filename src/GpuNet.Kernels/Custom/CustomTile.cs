using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Custom;

/// <summary>A launch of a kernel whose method the workers call themselves, each for a run of threads that begins and ends at a cache line of the result.</summary>
/// <typeparam name="A">What the kernel gets besides tensors.</typeparam>
/// <param name="loop">Calls the method.</param>
/// <param name="threads">Threads.</param>
/// <param name="arguments">What the kernel gets besides tensors.</param>
/// <param name="views">The tensors' views.</param>
internal readonly struct CustomTile<A>(HostLoop<A> loop, int threads, A arguments, TensorViews views) : ITile
    where A : unmanaged
{
    private readonly TensorViews views = views;

    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines(threads, worker, workers);
        loop(share.Begin, share.End, arguments, in views);
    }
}
