using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>An update on the CPU with a rule that keeps one value a weight.</summary>
internal readonly struct UpdateTile<TRule>(ArrayView<float> w, ArrayView<float> state, ArrayView<float> dw, GradientTerm gradient, TRule rule) : ITile
    where TRule : struct, IUpdateRule
{
    private readonly ArrayView<float> w = w, state = state, dw = dw;
    private readonly GradientTerm gradient = gradient;
    private readonly TRule rule = rule;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)w.Length, worker, workers);
        ref float pw = ref w[0], pState = ref state[0], pdw = ref dw[0];
        var (term, constants) = (gradient, rule);
        for (int i = share.Begin; i < share.End; i += S.Width)
        {
            V weight = S.Load(in pw, i), kept = S.Load(in pState, i);
            V step = constants.Step<S, V>(term.Of<S, V>(S.Load(in pdw, i), weight), ref kept);
            S.StoreFirst(kept, ref pState, i, share.End - i);
            S.StoreFirst(S.Subtract(weight, step), ref pw, i, share.End - i);
        }
    }
}

/// <summary>An update on the CPU with a rule that keeps two values a weight.</summary>
internal readonly struct PairUpdateTile<TRule>(
    ArrayView<float> w, ArrayView<float> first, ArrayView<float> second, ArrayView<float> dw, GradientTerm gradient, TRule rule) : ITile
    where TRule : struct, IPairUpdateRule
{
    private readonly ArrayView<float> w = w, first = first, second = second, dw = dw;
    private readonly GradientTerm gradient = gradient;
    private readonly TRule rule = rule;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)w.Length, worker, workers);
        ref float pw = ref w[0], pFirst = ref first[0], pSecond = ref second[0], pdw = ref dw[0];
        var (term, constants) = (gradient, rule);
        for (int i = share.Begin; i < share.End; i += S.Width)
        {
            V weight = S.Load(in pw, i), one = S.Load(in pFirst, i), two = S.Load(in pSecond, i);
            V step = constants.Step<S, V>(term.Of<S, V>(S.Load(in pdw, i), weight), ref one, ref two);
            S.StoreFirst(one, ref pFirst, i, share.End - i);
            S.StoreFirst(two, ref pSecond, i, share.End - i);
            S.StoreFirst(S.Subtract(weight, step), ref pw, i, share.End - i);
        }
    }
}
