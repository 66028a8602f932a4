using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Optimizer;

// Constants are computed in double and rounded once: 1 − 0.999f is off by 1e-5 of itself.

/// <summary>v ← μ·v + rate·g; the step is v.</summary>
internal readonly struct SgdRule(double rate, double momentum) : IUpdateRule
{
    private readonly float rate = (float)rate, momentum = (float)momentum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V v)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        v = S.MultiplyAdd(S.Broadcast(momentum), v, S.Multiply(S.Broadcast(rate), g));
        return v;
    }
}

/// <summary>v ← μ·v + g; the step is rate·v.</summary>
internal readonly struct TorchSgdRule(double rate, double momentum) : IUpdateRule
{
    private readonly float rate = (float)rate, momentum = (float)momentum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V v)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        v = S.MultiplyAdd(S.Broadcast(momentum), v, g);
        return S.Multiply(S.Broadcast(rate), v);
    }
}

/// <summary>v ← μ·v + rate·g; the step is μ·v + rate·g, which is (1 + μ)·v − μ·v before.</summary>
internal readonly struct NesterovRule(double rate, double momentum) : IUpdateRule
{
    private readonly float rate = (float)rate, momentum = (float)momentum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V v)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        V mu = S.Broadcast(momentum), term = S.Multiply(S.Broadcast(rate), g);
        v = S.MultiplyAdd(mu, v, term);
        return S.MultiplyAdd(mu, v, term);
    }
}

/// <summary>h ← h + g²; the step is rate·g / (√h + δ).</summary>
internal readonly struct AdaGradRule(double rate, double delta) : IUpdateRule
{
    private readonly float rate = (float)rate, delta = (float)delta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V h)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        h = S.MultiplyAdd(g, g, h);
        return S.Divide(S.Multiply(S.Broadcast(rate), g), S.Add(S.SquareRoot(h), S.Broadcast(delta)));
    }
}

/// <summary>h ← ρ·h + (1 − ρ)·g²; the step is rate·g / (√h + δ).</summary>
internal readonly struct RmsPropRule(double rate, double rmsDecay, double delta) : IUpdateRule
{
    private readonly float rate = (float)rate, rmsDecay = (float)rmsDecay, fresh = (float)(1 - rmsDecay), delta = (float)delta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V h)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        h = S.MultiplyAdd(S.Broadcast(rmsDecay), h, S.Multiply(S.Broadcast(fresh), S.Multiply(g, g)));
        return S.Divide(S.Multiply(S.Broadcast(rate), g), S.Add(S.SquareRoot(h), S.Broadcast(delta)));
    }
}

/// <summary>h ← ρ·h + (1 − ρ)·g²; d = g·√((u + δ) / (h + δ)); u ← ρ·u + (1 − ρ)·d²; the step is rate·d.</summary>
internal readonly struct AdaDeltaRule(double rate, double momentum, double delta) : IPairUpdateRule
{
    private readonly float rate = (float)rate, momentum = (float)momentum, fresh = (float)(1 - momentum), delta = (float)delta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V h, ref V u)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        V kept = S.Broadcast(momentum), added = S.Broadcast(fresh), small = S.Broadcast(delta);
        h = S.MultiplyAdd(kept, h, S.Multiply(added, S.Multiply(g, g)));
        V d = S.Multiply(g, S.SquareRoot(S.Divide(S.Add(u, small), S.Add(h, small))));
        u = S.MultiplyAdd(kept, u, S.Multiply(added, S.Multiply(d, d)));
        return S.Multiply(S.Broadcast(rate), d);
    }
}

/// <summary>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; the step is rate·m / (√v + δ), with the bias's correction in the rate.</summary>
internal readonly struct AdamRule(double rate, double momentum, double momentum2, double delta) : IPairUpdateRule
{
    private readonly float rate = (float)rate, momentum = (float)momentum, fresh = (float)(1 - momentum);
    private readonly float momentum2 = (float)momentum2, fresh2 = (float)(1 - momentum2), delta = (float)delta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(V g, ref V m, ref V v)
        where S : struct, IArithmetic<V>
        where V : struct
    {
        m = S.MultiplyAdd(S.Broadcast(momentum), m, S.Multiply(S.Broadcast(fresh), g));
        v = S.MultiplyAdd(S.Broadcast(momentum2), v, S.Multiply(S.Broadcast(fresh2), S.Multiply(g, g)));
        return S.Divide(S.Multiply(S.Broadcast(rate), m), S.Add(S.SquareRoot(v), S.Broadcast(delta)));
    }
}
