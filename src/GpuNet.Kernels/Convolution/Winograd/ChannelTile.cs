using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// The register tile of Winograd's products: for up to <see cref="Height{S, V}"/> image tiles p and two vectors of output channels j,
/// <c>sums[p][j] = Σ_c x[c / Width][p][c mod Width] · w[c][j]</c>. A sibling of <see cref="RegisterTile"/> whose rows lie a vector apart instead of
/// next to each other, since the transform of the input has channels in its lanes.
/// </summary>
internal static class ChannelTile
{
    /// <summary>The largest height of any processor.</summary>
    public const int MaxHeight = 14;

    /// <summary>The smallest.</summary>
    public const int MinHeight = 6;

    /// <summary>The height that suits the registers: rows are stored in chunks of it.</summary>
    public static int Height<S, V>()
        where S : struct, ISimd<V>
        where V : struct => S.Registers >= 32 ? MaxHeight : MinHeight;

    /// <summary>Multiplies a chunk of rows; a few rows more than asked for may be read and written, up to <see cref="Height{S, V}"/>.</summary>
    /// <param name="rows">Rows of the chunk that are needed.</param>
    /// <param name="x">The chunk, [blocks of channels][<see cref="Height{S, V}"/>][1 vector].</param>
    /// <param name="channels">Channels: terms of the sums.</param>
    /// <param name="w">Weights, [channels][2 vectors].</param>
    /// <param name="sums">Where the sums go, [rows][2 vectors].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate<S, V>(int rows, ref readonly float x, int channels, ref readonly float w, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint blockStride = Height<S, V>() * S.Width;
        if (rows <= 4)
            Accumulate4<S, V>(in x, blockStride, channels, in w, ref sums);
        else if (S.Registers < 32)
            Accumulate6<S, V>(in x, blockStride, channels, in w, ref sums);
        else if (rows <= 8)
            Accumulate8<S, V>(in x, blockStride, channels, in w, ref sums);
        else
            Accumulate14<S, V>(in x, blockStride, channels, in w, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V>(ref readonly float x, nint blockStride, int channels, ref readonly float w, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        ref float xBlock = ref Unsafe.AsRef(in x), weights = ref Unsafe.AsRef(in w);
        V l0 = S.Broadcast(0f), r0 = l0;
        V l1 = S.Broadcast(0f), r1 = l1;
        V l2 = S.Broadcast(0f), r2 = l2;
        V l3 = S.Broadcast(0f), r3 = l3;
        V l4 = S.Broadcast(0f), r4 = l4;
        V l5 = S.Broadcast(0f), r5 = l5;
        V l6 = S.Broadcast(0f), r6 = l6;
        V l7 = S.Broadcast(0f), r7 = l7;
        V l8 = S.Broadcast(0f), r8 = l8;
        V l9 = S.Broadcast(0f), r9 = l9;
        V l10 = S.Broadcast(0f), r10 = l10;
        V l11 = S.Broadcast(0f), r11 = l11;
        V l12 = S.Broadcast(0f), r12 = l12;
        V l13 = S.Broadcast(0f), r13 = l13;
        for (nint left = channels; left > 0; left -= width)
        {
            ref float a = ref xBlock;
            for (nint c = Math.Min(left, width); c > 0; c--)
            {
                V wl = S.Load(in weights, 0), wr = S.Load(in weights, width);
                V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
                V a1 = S.Broadcast(Unsafe.Add(ref a, width)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
                V a2 = S.Broadcast(Unsafe.Add(ref a, 2 * width)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
                V a3 = S.Broadcast(Unsafe.Add(ref a, 3 * width)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
                V a4 = S.Broadcast(Unsafe.Add(ref a, 4 * width)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
                V a5 = S.Broadcast(Unsafe.Add(ref a, 5 * width)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
                V a6 = S.Broadcast(Unsafe.Add(ref a, 6 * width)); l6 = S.MultiplyAdd(a6, wl, l6); r6 = S.MultiplyAdd(a6, wr, r6);
                V a7 = S.Broadcast(Unsafe.Add(ref a, 7 * width)); l7 = S.MultiplyAdd(a7, wl, l7); r7 = S.MultiplyAdd(a7, wr, r7);
                V a8 = S.Broadcast(Unsafe.Add(ref a, 8 * width)); l8 = S.MultiplyAdd(a8, wl, l8); r8 = S.MultiplyAdd(a8, wr, r8);
                V a9 = S.Broadcast(Unsafe.Add(ref a, 9 * width)); l9 = S.MultiplyAdd(a9, wl, l9); r9 = S.MultiplyAdd(a9, wr, r9);
                V a10 = S.Broadcast(Unsafe.Add(ref a, 10 * width)); l10 = S.MultiplyAdd(a10, wl, l10); r10 = S.MultiplyAdd(a10, wr, r10);
                V a11 = S.Broadcast(Unsafe.Add(ref a, 11 * width)); l11 = S.MultiplyAdd(a11, wl, l11); r11 = S.MultiplyAdd(a11, wr, r11);
                V a12 = S.Broadcast(Unsafe.Add(ref a, 12 * width)); l12 = S.MultiplyAdd(a12, wl, l12); r12 = S.MultiplyAdd(a12, wr, r12);
                V a13 = S.Broadcast(Unsafe.Add(ref a, 13 * width)); l13 = S.MultiplyAdd(a13, wl, l13); r13 = S.MultiplyAdd(a13, wr, r13);
                weights = ref Unsafe.Add(ref weights, 2 * width);
                a = ref Unsafe.Add(ref a, 1);
            }

            xBlock = ref Unsafe.Add(ref xBlock, blockStride);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
        S.Store(l6, ref sums, 12 * width); S.Store(r6, ref sums, 13 * width);
        S.Store(l7, ref sums, 14 * width); S.Store(r7, ref sums, 15 * width);
        S.Store(l8, ref sums, 16 * width); S.Store(r8, ref sums, 17 * width);
        S.Store(l9, ref sums, 18 * width); S.Store(r9, ref sums, 19 * width);
        S.Store(l10, ref sums, 20 * width); S.Store(r10, ref sums, 21 * width);
        S.Store(l11, ref sums, 22 * width); S.Store(r11, ref sums, 23 * width);
        S.Store(l12, ref sums, 24 * width); S.Store(r12, ref sums, 25 * width);
        S.Store(l13, ref sums, 26 * width); S.Store(r13, ref sums, 27 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate8<S, V>(ref readonly float x, nint blockStride, int channels, ref readonly float w, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        ref float xBlock = ref Unsafe.AsRef(in x), weights = ref Unsafe.AsRef(in w);
        V l0 = S.Broadcast(0f), r0 = l0;
        V l1 = S.Broadcast(0f), r1 = l1;
        V l2 = S.Broadcast(0f), r2 = l2;
        V l3 = S.Broadcast(0f), r3 = l3;
        V l4 = S.Broadcast(0f), r4 = l4;
        V l5 = S.Broadcast(0f), r5 = l5;
        V l6 = S.Broadcast(0f), r6 = l6;
        V l7 = S.Broadcast(0f), r7 = l7;
        for (nint left = channels; left > 0; left -= width)
        {
            ref float a = ref xBlock;
            for (nint c = Math.Min(left, width); c > 0; c--)
            {
                V wl = S.Load(in weights, 0), wr = S.Load(in weights, width);
                V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
                V a1 = S.Broadcast(Unsafe.Add(ref a, width)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
                V a2 = S.Broadcast(Unsafe.Add(ref a, 2 * width)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
                V a3 = S.Broadcast(Unsafe.Add(ref a, 3 * width)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
                V a4 = S.Broadcast(Unsafe.Add(ref a, 4 * width)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
                V a5 = S.Broadcast(Unsafe.Add(ref a, 5 * width)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
                V a6 = S.Broadcast(Unsafe.Add(ref a, 6 * width)); l6 = S.MultiplyAdd(a6, wl, l6); r6 = S.MultiplyAdd(a6, wr, r6);
                V a7 = S.Broadcast(Unsafe.Add(ref a, 7 * width)); l7 = S.MultiplyAdd(a7, wl, l7); r7 = S.MultiplyAdd(a7, wr, r7);
                weights = ref Unsafe.Add(ref weights, 2 * width);
                a = ref Unsafe.Add(ref a, 1);
            }

            xBlock = ref Unsafe.Add(ref xBlock, blockStride);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
        S.Store(l6, ref sums, 12 * width); S.Store(r6, ref sums, 13 * width);
        S.Store(l7, ref sums, 14 * width); S.Store(r7, ref sums, 15 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V>(ref readonly float x, nint blockStride, int channels, ref readonly float w, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        ref float xBlock = ref Unsafe.AsRef(in x), weights = ref Unsafe.AsRef(in w);
        V l0 = S.Broadcast(0f), r0 = l0;
        V l1 = S.Broadcast(0f), r1 = l1;
        V l2 = S.Broadcast(0f), r2 = l2;
        V l3 = S.Broadcast(0f), r3 = l3;
        V l4 = S.Broadcast(0f), r4 = l4;
        V l5 = S.Broadcast(0f), r5 = l5;
        for (nint left = channels; left > 0; left -= width)
        {
            ref float a = ref xBlock;
            for (nint c = Math.Min(left, width); c > 0; c--)
            {
                V wl = S.Load(in weights, 0), wr = S.Load(in weights, width);
                V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
                V a1 = S.Broadcast(Unsafe.Add(ref a, width)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
                V a2 = S.Broadcast(Unsafe.Add(ref a, 2 * width)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
                V a3 = S.Broadcast(Unsafe.Add(ref a, 3 * width)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
                V a4 = S.Broadcast(Unsafe.Add(ref a, 4 * width)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
                V a5 = S.Broadcast(Unsafe.Add(ref a, 5 * width)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
                weights = ref Unsafe.Add(ref weights, 2 * width);
                a = ref Unsafe.Add(ref a, 1);
            }

            xBlock = ref Unsafe.Add(ref xBlock, blockStride);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V>(ref readonly float x, nint blockStride, int channels, ref readonly float w, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        ref float xBlock = ref Unsafe.AsRef(in x), weights = ref Unsafe.AsRef(in w);
        V l0 = S.Broadcast(0f), r0 = l0;
        V l1 = S.Broadcast(0f), r1 = l1;
        V l2 = S.Broadcast(0f), r2 = l2;
        V l3 = S.Broadcast(0f), r3 = l3;
        for (nint left = channels; left > 0; left -= width)
        {
            ref float a = ref xBlock;
            for (nint c = Math.Min(left, width); c > 0; c--)
            {
                V wl = S.Load(in weights, 0), wr = S.Load(in weights, width);
                V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
                V a1 = S.Broadcast(Unsafe.Add(ref a, width)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
                V a2 = S.Broadcast(Unsafe.Add(ref a, 2 * width)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
                V a3 = S.Broadcast(Unsafe.Add(ref a, 3 * width)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
                weights = ref Unsafe.Add(ref weights, 2 * width);
                a = ref Unsafe.Add(ref a, 1);
            }

            xBlock = ref Unsafe.Add(ref xBlock, blockStride);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
    }
}
