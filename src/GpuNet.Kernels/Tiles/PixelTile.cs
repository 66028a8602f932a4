using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// The register tile of convolution and matrix multiply: for <c>Height</c> neighbouring pixels p and two vectors of output channels j,
/// <c>sums[p][j] = initial[p][j] + Σ_k x[offsets[k] + p] · w[k][j]</c>. All sums stay in registers, so a height is written out in full;
/// the heights fit 32 vector registers (14, 8, 4) or 16 (6, 4) with two more for the weights and one for the broadcast pixel.
/// </summary>
internal static class PixelTile
{
    /// <summary>The largest height of any vector width.</summary>
    public const int MaxHeight = 14;

    /// <summary>The height that covers a row with the least work: overhanging pixels are computed and dropped.</summary>
    public static int HeightFor<S, V>(int pixels)
        where S : struct, ISimd<V>
        where V : struct
    {
        ReadOnlySpan<int> heights = S.Registers >= 32 ? [14, 8, 4] : [6, 4];
        int best = heights[0];
        foreach (int height in heights)
        {
            if (Cost(pixels, height) < Cost(pixels, best))
                best = height;
        }

        return best;
    }

    /// <summary>Cuts a row into tiles, of several heights if that takes the least work; the last one may overhang.</summary>
    /// <param name="pixels">Pixels of the row.</param>
    /// <param name="heights">Room for <see cref="MostTiles"/> heights.</param>
    /// <returns>How many tiles there are.</returns>
    public static int Cut<S, V>(int pixels, ref int heights)
        where S : struct, ISimd<V>
        where V : struct
    {
        int count = 0;
        for (int height; pixels > 0; pixels -= height)
        {
            height = NextHeight<S, V>(pixels);
            Unsafe.Add(ref heights, count++) = height;
        }

        return count;
    }

    /// <summary>The most tiles that a row is cut into.</summary>
    public static int MostTiles(int pixels) => (pixels + 3) / 4;

    /// <summary>Runs the tile of one of the heights that <see cref="HeightFor"/> gives.</summary>
    /// <param name="height">Pixels; the tile reads as many values behind each offset.</param>
    /// <param name="x">Pixels, to which the offsets are relative.</param>
    /// <param name="offsets">Where each term's first pixel stands.</param>
    /// <param name="terms">Terms of the sums.</param>
    /// <param name="w">Weights, [terms][2 vectors].</param>
    /// <param name="initial">What the sums start from, [height][2 vectors].</param>
    /// <param name="initialStride">Values from a pixel's initial sums to the next one's; 0 if they share them, as with a bias.</param>
    /// <param name="sums">Where the sums go, [height][2 vectors]; may be <paramref name="initial"/>.</param>
    public static void Accumulate<S, V>(
        int height, ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        switch (height)
        {
            case 14:
                Accumulate14<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums);
                break;
            case 8:
                Accumulate8<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums);
                break;
            case 6:
                Accumulate6<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums);
                break;
            default:
                Accumulate4<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums);
                break;
        }
    }

    private static int NextHeight<S, V>(int pixels)
        where S : struct, ISimd<V>
        where V : struct
    {
        ReadOnlySpan<int> heights = S.Registers >= 32 ? [14, 8, 4] : [6, 4];
        int best = heights[0];
        if (pixels >= 2 * best)
            return best;
        foreach (int height in heights)
        {
            if (CostAfter<S, V>(pixels, height) < CostAfter<S, V>(pixels, best))
                best = height;
        }

        return best;
    }

    private static int CostAfter<S, V>(int pixels, int height)
        where S : struct, ISimd<V>
        where V : struct
    {
        int left = Math.Max(0, pixels - height);
        return Cost(height, height) + Cost(left, HeightFor<S, V>(left));
    }

    // A tile costs its pixels plus what loading the weights costs; fewer accumulators hide less of the latency.
    private static int Cost(int pixels, int height) => (pixels + height - 1) / height * (height + 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V>(ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        V l0 = S.Load(in initial, 0), r0 = S.Load(in initial, width);
        V l1 = S.Load(in Unsafe.Add(ref initial, initialStride), 0), r1 = S.Load(in Unsafe.Add(ref initial, initialStride), width);
        V l2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), 0), r2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), width);
        V l3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), 0), r3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), width);
        V l4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), 0), r4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), width);
        V l5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), 0), r5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), width);
        V l6 = S.Load(in Unsafe.Add(ref initial, 6 * initialStride), 0), r6 = S.Load(in Unsafe.Add(ref initial, 6 * initialStride), width);
        V l7 = S.Load(in Unsafe.Add(ref initial, 7 * initialStride), 0), r7 = S.Load(in Unsafe.Add(ref initial, 7 * initialStride), width);
        V l8 = S.Load(in Unsafe.Add(ref initial, 8 * initialStride), 0), r8 = S.Load(in Unsafe.Add(ref initial, 8 * initialStride), width);
        V l9 = S.Load(in Unsafe.Add(ref initial, 9 * initialStride), 0), r9 = S.Load(in Unsafe.Add(ref initial, 9 * initialStride), width);
        V l10 = S.Load(in Unsafe.Add(ref initial, 10 * initialStride), 0), r10 = S.Load(in Unsafe.Add(ref initial, 10 * initialStride), width);
        V l11 = S.Load(in Unsafe.Add(ref initial, 11 * initialStride), 0), r11 = S.Load(in Unsafe.Add(ref initial, 11 * initialStride), width);
        V l12 = S.Load(in Unsafe.Add(ref initial, 12 * initialStride), 0), r12 = S.Load(in Unsafe.Add(ref initial, 12 * initialStride), width);
        V l13 = S.Load(in Unsafe.Add(ref initial, 13 * initialStride), 0), r13 = S.Load(in Unsafe.Add(ref initial, 13 * initialStride), width);
        for (nint k = 0; k < terms; k++)
        {
            ref float a = ref Unsafe.Add(ref x, Unsafe.Add(ref offsets, k));
            V wl = S.Load(in w, 0), wr = S.Load(in w, width);
            w = ref Unsafe.Add(ref w, 2 * width);
            V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref a, 1)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref a, 2)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref a, 3)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref a, 4)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref a, 5)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref a, 6)); l6 = S.MultiplyAdd(a6, wl, l6); r6 = S.MultiplyAdd(a6, wr, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref a, 7)); l7 = S.MultiplyAdd(a7, wl, l7); r7 = S.MultiplyAdd(a7, wr, r7);
            V a8 = S.Broadcast(Unsafe.Add(ref a, 8)); l8 = S.MultiplyAdd(a8, wl, l8); r8 = S.MultiplyAdd(a8, wr, r8);
            V a9 = S.Broadcast(Unsafe.Add(ref a, 9)); l9 = S.MultiplyAdd(a9, wl, l9); r9 = S.MultiplyAdd(a9, wr, r9);
            V a10 = S.Broadcast(Unsafe.Add(ref a, 10)); l10 = S.MultiplyAdd(a10, wl, l10); r10 = S.MultiplyAdd(a10, wr, r10);
            V a11 = S.Broadcast(Unsafe.Add(ref a, 11)); l11 = S.MultiplyAdd(a11, wl, l11); r11 = S.MultiplyAdd(a11, wr, r11);
            V a12 = S.Broadcast(Unsafe.Add(ref a, 12)); l12 = S.MultiplyAdd(a12, wl, l12); r12 = S.MultiplyAdd(a12, wr, r12);
            V a13 = S.Broadcast(Unsafe.Add(ref a, 13)); l13 = S.MultiplyAdd(a13, wl, l13); r13 = S.MultiplyAdd(a13, wr, r13);
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
    private static void Accumulate8<S, V>(ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        V l0 = S.Load(in initial, 0), r0 = S.Load(in initial, width);
        V l1 = S.Load(in Unsafe.Add(ref initial, initialStride), 0), r1 = S.Load(in Unsafe.Add(ref initial, initialStride), width);
        V l2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), 0), r2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), width);
        V l3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), 0), r3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), width);
        V l4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), 0), r4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), width);
        V l5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), 0), r5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), width);
        V l6 = S.Load(in Unsafe.Add(ref initial, 6 * initialStride), 0), r6 = S.Load(in Unsafe.Add(ref initial, 6 * initialStride), width);
        V l7 = S.Load(in Unsafe.Add(ref initial, 7 * initialStride), 0), r7 = S.Load(in Unsafe.Add(ref initial, 7 * initialStride), width);
        for (nint k = 0; k < terms; k++)
        {
            ref float a = ref Unsafe.Add(ref x, Unsafe.Add(ref offsets, k));
            V wl = S.Load(in w, 0), wr = S.Load(in w, width);
            w = ref Unsafe.Add(ref w, 2 * width);
            V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref a, 1)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref a, 2)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref a, 3)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref a, 4)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref a, 5)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref a, 6)); l6 = S.MultiplyAdd(a6, wl, l6); r6 = S.MultiplyAdd(a6, wr, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref a, 7)); l7 = S.MultiplyAdd(a7, wl, l7); r7 = S.MultiplyAdd(a7, wr, r7);
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
    private static void Accumulate6<S, V>(ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        V l0 = S.Load(in initial, 0), r0 = S.Load(in initial, width);
        V l1 = S.Load(in Unsafe.Add(ref initial, initialStride), 0), r1 = S.Load(in Unsafe.Add(ref initial, initialStride), width);
        V l2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), 0), r2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), width);
        V l3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), 0), r3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), width);
        V l4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), 0), r4 = S.Load(in Unsafe.Add(ref initial, 4 * initialStride), width);
        V l5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), 0), r5 = S.Load(in Unsafe.Add(ref initial, 5 * initialStride), width);
        for (nint k = 0; k < terms; k++)
        {
            ref float a = ref Unsafe.Add(ref x, Unsafe.Add(ref offsets, k));
            V wl = S.Load(in w, 0), wr = S.Load(in w, width);
            w = ref Unsafe.Add(ref w, 2 * width);
            V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref a, 1)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref a, 2)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref a, 3)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref a, 4)); l4 = S.MultiplyAdd(a4, wl, l4); r4 = S.MultiplyAdd(a4, wr, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref a, 5)); l5 = S.MultiplyAdd(a5, wl, l5); r5 = S.MultiplyAdd(a5, wr, r5);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V>(ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        V l0 = S.Load(in initial, 0), r0 = S.Load(in initial, width);
        V l1 = S.Load(in Unsafe.Add(ref initial, initialStride), 0), r1 = S.Load(in Unsafe.Add(ref initial, initialStride), width);
        V l2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), 0), r2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), width);
        V l3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), 0), r3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), width);
        for (nint k = 0; k < terms; k++)
        {
            ref float a = ref Unsafe.Add(ref x, Unsafe.Add(ref offsets, k));
            V wl = S.Load(in w, 0), wr = S.Load(in w, width);
            w = ref Unsafe.Add(ref w, 2 * width);
            V a0 = S.Broadcast(a); l0 = S.MultiplyAdd(a0, wl, l0); r0 = S.MultiplyAdd(a0, wr, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref a, 1)); l1 = S.MultiplyAdd(a1, wl, l1); r1 = S.MultiplyAdd(a1, wr, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref a, 2)); l2 = S.MultiplyAdd(a2, wl, l2); r2 = S.MultiplyAdd(a2, wr, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref a, 3)); l3 = S.MultiplyAdd(a3, wl, l3); r3 = S.MultiplyAdd(a3, wr, r3);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
    }
}
