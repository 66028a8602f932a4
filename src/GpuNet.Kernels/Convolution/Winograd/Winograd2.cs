using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>F(2, 3) with the points 0, 1, −1 and infinity: 16 products for 4 outputs in the plane instead of 36.</summary>
internal readonly struct Winograd2 : IWinogradTransform
{
    public static int Outputs => 2;

    public static int Taps => 3;

    public static int Points => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V d0 = S.Load(in source, 0), d1 = S.Load(in source, sourceStride), d2 = S.Load(in source, 2 * sourceStride), d3 = S.Load(in source, 3 * sourceStride);
        S.Store(S.Subtract(d0, d2), ref destination, 0);
        S.Store(S.Add(d1, d2), ref destination, destinationStride);
        S.Store(S.Subtract(d2, d1), ref destination, 2 * destinationStride);
        S.Store(S.Subtract(d3, d1), ref destination, 3 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V g0 = S.Load(in source, 0), g1 = S.Load(in source, sourceStride), g2 = S.Load(in source, 2 * sourceStride), half = S.Broadcast(0.5f);
        V even = S.Multiply(half, S.Add(g0, g2));
        S.Store(g0, ref destination, 0);
        S.Store(S.MultiplyAdd(half, g1, even), ref destination, destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-0.5f), g1, even), ref destination, 2 * destinationStride);
        S.Store(g2, ref destination, 3 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<S, V>(ref readonly float source, nint sourceStride, V added, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V m0 = S.Load(in source, 0), m1 = S.Load(in source, sourceStride), m2 = S.Load(in source, 2 * sourceStride), m3 = S.Load(in source, 3 * sourceStride);
        S.Store(S.Add(S.Add(m0, added), S.Add(m1, m2)), ref destination, 0);
        S.Store(S.Add(S.Add(m3, added), S.Subtract(m1, m2)), ref destination, destinationStride);
    }
}
