using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>ReLU on the CPU: y = max(x, 0). In place if y is x.</summary>
internal readonly struct ReluForwardTile(ArrayView<float> x, ArrayView<float> y) : ITile
{
    private readonly ArrayView<float> x = x, y = y;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)x.Length, worker, workers);
        ref float px = ref x[0], py = ref y[0];
        int i = share.Begin;
        for (; i <= share.End - S.Width; i += S.Width)
            S.Store(S.Max(S.Load(in px, i), S.Broadcast(0f)), ref py, i);
        for (; i < share.End; i++)
            Unsafe.Add(ref py, i) = MathF.Max(Unsafe.Add(ref px, i), 0f);
    }
}

/// <summary>ReLU's gradient on the CPU: dx = dy where y &gt; 0, else 0. In place if dx is dy.</summary>
internal readonly struct ReluBackwardTile(ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx) : ITile
{
    private readonly ArrayView<float> y = y, dy = dy, dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)y.Length, worker, workers);
        ref float py = ref y[0], pdy = ref dy[0], pdx = ref dx[0];
        int i = share.Begin;
        for (; i <= share.End - S.Width; i += S.Width)
            S.Store(S.WhereGreater(S.Load(in py, i), S.Broadcast(0f), S.Load(in pdy, i)), ref pdx, i);
        for (; i < share.End; i++)
            Unsafe.Add(ref pdx, i) = Unsafe.Add(ref py, i) > 0f ? Unsafe.Add(ref pdy, i) : 0f;
    }
}
