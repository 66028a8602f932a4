using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>The gradient of ReLU and dropout on the CPU: dx = dy · scale where y &gt; 0, else 0. In place if dx is dy.</summary>
internal readonly struct PositiveDropoutTile(float scale, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx) : ITile
{
    private readonly float scale = scale;
    private readonly ArrayView<float> y = y, dy = dy, dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)y.Length, worker, workers);
        ref float py = ref y[0], pdy = ref dy[0], pdx = ref dx[0];
        V scales = S.Broadcast(scale), zero = S.Broadcast(0f);
        int i = share.Begin;
        for (; i <= share.End - S.Width; i += S.Width)
            S.Store(S.WhereGreater(S.Load(in py, i), zero, S.Multiply(S.Load(in pdy, i), scales)), ref pdx, i);
        for (; i < share.End; i++)
            Unsafe.Add(ref pdx, i) = Unsafe.Add(ref py, i) > 0f ? Unsafe.Add(ref pdy, i) * scale : 0f;
    }
}
