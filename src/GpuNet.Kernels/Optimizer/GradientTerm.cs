using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Optimizer;

/// <summary>The gradient that an update rule sees: scale·dw + decay·w, which Caffe's solvers call normalised and regularised.</summary>
/// <param name="scale">One over the batches that dw is a sum over.</param>
/// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
internal readonly struct GradientTerm(double scale, double decay)
{
    private readonly float scale = (float)scale, decay = (float)decay;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<S, V>(V dw, V w)
        where S : struct, IArithmetic<V>
        where V : struct =>
        S.MultiplyAdd(S.Broadcast(decay), w, S.Multiply(S.Broadcast(scale), dw));
}
