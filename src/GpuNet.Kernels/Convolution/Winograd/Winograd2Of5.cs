using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using static GpuNet.Kernels.Convolution.Winograd.Winograd4;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// F(2, 5) with the points of <see cref="Winograd4"/>, 0, ±a = ±√½, ±b = ±√2 and infinity, and so its transform of the inputs: 36 products for 4 outputs
/// in the plane instead of 100.
/// </summary>
internal readonly struct Winograd2Of5 : IWinogradTransform
{
    public static int Outputs => 2;

    public static int Taps => 5;

    public static int Points => Winograd4.Points;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct => Winograd4.Input<S, V>(in source, sourceStride, ref destination, destinationStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V g0 = S.Load(in source, 0), g1 = S.Load(in source, sourceStride), g2 = S.Load(in source, 2 * sourceStride);
        V g3 = S.Load(in source, 3 * sourceStride), g4 = S.Load(in source, 4 * sourceStride), a2 = S.Broadcast(A2), b2 = S.Broadcast(B2);
        V evenA = S.Multiply(S.Broadcast(GA), S.MultiplyAdd(a2, S.MultiplyAdd(a2, g4, g2), g0));
        V evenB = S.Multiply(S.Broadcast(GB), S.MultiplyAdd(b2, S.MultiplyAdd(b2, g4, g2), g0));
        V oddA = S.MultiplyAdd(a2, g3, g1), oddB = S.MultiplyAdd(b2, g3, g1);
        S.Store(S.Multiply(S.Broadcast(G0), g0), ref destination, 0);
        S.Store(S.MultiplyAdd(S.Broadcast(GA * A), oddA, evenA), ref destination, destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-GA * A), oddA, evenA), ref destination, 2 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(GB * B), oddB, evenB), ref destination, 3 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-GB * B), oddB, evenB), ref destination, 4 * destinationStride);
        S.Store(g4, ref destination, 5 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<S, V>(ref readonly float source, nint sourceStride, V added, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V m0 = S.Load(in source, 0), m1 = S.Load(in source, sourceStride), m2 = S.Load(in source, 2 * sourceStride);
        V m3 = S.Load(in source, 3 * sourceStride), m4 = S.Load(in source, 4 * sourceStride), m5 = S.Load(in source, 5 * sourceStride);
        S.Store(S.Add(S.Add(m0, added), S.Add(S.Add(m1, m2), S.Add(m3, m4))), ref destination, 0);
        V odd = S.MultiplyAdd(S.Broadcast(A), S.Subtract(m1, m2), S.Multiply(S.Broadcast(B), S.Subtract(m3, m4)));
        S.Store(S.Add(S.Add(m5, added), odd), ref destination, destinationStride);
    }
}
