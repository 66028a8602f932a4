using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>SGD on the CPU with the rate inside the velocity: v ← momentum·v + rate·(dw + decay·w); w ← w − v.</summary>
internal readonly struct SgdTile(ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay) : ITile
{
    private readonly ArrayView<float> w = w, v = v, dw = dw;
    private readonly float rate = rate, momentum = momentum, decay = decay;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)w.Length, worker, workers);
        ref float pw = ref w[0], pv = ref v[0], pdw = ref dw[0];
        V vRate = S.Broadcast(rate), vMomentum = S.Broadcast(momentum), vDecay = S.Broadcast(decay);
        int i = share.Begin;
        for (; i <= share.End - S.Width; i += S.Width)
        {
            V weight = S.Load(in pw, i);
            V g = S.MultiplyAdd(vDecay, weight, S.Load(in pdw, i));
            V velocity = S.MultiplyAdd(vMomentum, S.Load(in pv, i), S.Multiply(vRate, g));
            S.Store(velocity, ref pv, i);
            S.Store(S.Subtract(weight, velocity), ref pw, i);
        }

        for (; i < share.End; i++)
        {
            float g = Unsafe.Add(ref pdw, i) + decay * Unsafe.Add(ref pw, i);
            Unsafe.Add(ref pv, i) = momentum * Unsafe.Add(ref pv, i) + rate * g;
            Unsafe.Add(ref pw, i) -= Unsafe.Add(ref pv, i);
        }
    }
}

/// <summary>SGD on the CPU with the rate outside the velocity: v ← momentum·v + dw + decay·w; w ← w − rate·v.</summary>
internal readonly struct SgdTorchTile(ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay) : ITile
{
    private readonly ArrayView<float> w = w, v = v, dw = dw;
    private readonly float rate = rate, momentum = momentum, decay = decay;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)w.Length, worker, workers);
        ref float pw = ref w[0], pv = ref v[0], pdw = ref dw[0];
        V vRate = S.Broadcast(rate), vMomentum = S.Broadcast(momentum), vDecay = S.Broadcast(decay);
        int i = share.Begin;
        for (; i <= share.End - S.Width; i += S.Width)
        {
            V weight = S.Load(in pw, i);
            V g = S.MultiplyAdd(vDecay, weight, S.Load(in pdw, i));
            V velocity = S.MultiplyAdd(vMomentum, S.Load(in pv, i), g);
            S.Store(velocity, ref pv, i);
            S.Store(S.Subtract(weight, S.Multiply(vRate, velocity)), ref pw, i);
        }

        for (; i < share.End; i++)
        {
            float g = Unsafe.Add(ref pdw, i) + decay * Unsafe.Add(ref pw, i);
            Unsafe.Add(ref pv, i) = momentum * Unsafe.Add(ref pv, i) + g;
            Unsafe.Add(ref pw, i) -= rate * Unsafe.Add(ref pv, i);
        }
    }
}
