using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// F(4, 3) with the points 0, ±a, ±b and infinity: 36 products for 16 outputs in the plane instead of 144.
/// a = √½ and b = √2 round less than Lavin and Gray's 1 and 2: their powers and distances stay closer to 1.
/// </summary>
internal readonly struct Winograd4 : IWinogradTransform
{
    public const float A = 0.70710678f, B = 1.41421356f, A2 = 0.5f, B2 = 2f;

    // G's rows: 1 / product of the distances from the other points.
    public const float G0 = 1f / (A2 * B2), GA = 1f / (2f * A2 * (A2 - B2)), GB = 1f / (2f * B2 * (B2 - A2));

    public static int Outputs => 4;

    public static int Taps => 3;

    public static int Points => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V d0 = S.Load(in source, 0), d1 = S.Load(in source, sourceStride), d2 = S.Load(in source, 2 * sourceStride);
        V d3 = S.Load(in source, 3 * sourceStride), d4 = S.Load(in source, 4 * sourceStride), d5 = S.Load(in source, 5 * sourceStride);
        V minusA2 = S.Broadcast(-A2), minusB2 = S.Broadcast(-B2), minusSum = S.Broadcast(-(A2 + B2)), product = S.Broadcast(A2 * B2);
        V evenA = S.MultiplyAdd(minusB2, d2, d4), oddA = S.MultiplyAdd(minusB2, d1, d3);
        V evenB = S.MultiplyAdd(minusA2, d2, d4), oddB = S.MultiplyAdd(minusA2, d1, d3);
        S.Store(S.MultiplyAdd(product, d0, S.MultiplyAdd(minusSum, d2, d4)), ref destination, 0);
        S.Store(S.MultiplyAdd(S.Broadcast(A), oddA, evenA), ref destination, destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-A), oddA, evenA), ref destination, 2 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(B), oddB, evenB), ref destination, 3 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-B), oddB, evenB), ref destination, 4 * destinationStride);
        S.Store(S.MultiplyAdd(product, d1, S.MultiplyAdd(minusSum, d3, d5)), ref destination, 5 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V g0 = S.Load(in source, 0), g1 = S.Load(in source, sourceStride), g2 = S.Load(in source, 2 * sourceStride);
        V evenA = S.Multiply(S.Broadcast(GA), S.MultiplyAdd(S.Broadcast(A2), g2, g0)), evenB = S.Multiply(S.Broadcast(GB), S.MultiplyAdd(S.Broadcast(B2), g2, g0));
        S.Store(S.Multiply(S.Broadcast(G0), g0), ref destination, 0);
        S.Store(S.MultiplyAdd(S.Broadcast(GA * A), g1, evenA), ref destination, destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-GA * A), g1, evenA), ref destination, 2 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(GB * B), g1, evenB), ref destination, 3 * destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(-GB * B), g1, evenB), ref destination, 4 * destinationStride);
        S.Store(g2, ref destination, 5 * destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<S, V>(ref readonly float source, nint sourceStride, V added, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        V m0 = S.Load(in source, 0), m1 = S.Load(in source, sourceStride), m2 = S.Load(in source, 2 * sourceStride);
        V m3 = S.Load(in source, 3 * sourceStride), m4 = S.Load(in source, 4 * sourceStride), m5 = S.Load(in source, 5 * sourceStride);
        V evenA = S.Add(m1, m2), oddA = S.Subtract(m1, m2), evenB = S.Add(m3, m4), oddB = S.Subtract(m3, m4);
        S.Store(S.Add(S.Add(m0, added), S.Add(evenA, evenB)), ref destination, 0);
        S.Store(S.MultiplyAdd(S.Broadcast(A), oddA, S.MultiplyAdd(S.Broadcast(B), oddB, added)), ref destination, destinationStride);
        S.Store(S.MultiplyAdd(S.Broadcast(A2), evenA, S.MultiplyAdd(S.Broadcast(B2), evenB, added)), ref destination, 2 * destinationStride);
        V cubes = S.MultiplyAdd(S.Broadcast(A * A2), oddA, S.Multiply(S.Broadcast(B * B2), oddB));
        S.Store(S.Add(S.Add(m5, added), cubes), ref destination, 3 * destinationStride);
    }
}
