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

    /// <summary>Runs the tile of one of the heights that <see cref="HeightFor"/> gives; its sums stand next to each other.</summary>
    /// <inheritdoc cref="Accumulate{S, V}(int, ref float, ref int, int, ref float, ref float, nint, ref float, nint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<S, V>(
        int height, ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct => Accumulate<S, V>(height, ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums, 2 * S.Width);

    /// <summary>Runs the tile of one of the heights that <see cref="HeightFor"/> gives.</summary>
    /// <param name="height">Pixels; the tile reads as many values behind each offset.</param>
    /// <param name="x">Pixels, to which the offsets are relative.</param>
    /// <param name="offsets">Where each term's first pixel stands.</param>
    /// <param name="terms">Terms of the sums.</param>
    /// <param name="w">Weights, [terms][2 vectors].</param>
    /// <param name="initial">What the sums start from, [height][2 vectors].</param>
    /// <param name="initialStride">Values from a pixel's initial sums to the next one's; 0 if they share them, as with a bias.</param>
    /// <param name="sums">Where the sums go, [height][2 vectors]; may be <paramref name="initial"/>.</param>
    /// <param name="sumsStride">Values from a pixel's sums to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<S, V>(
        int height, ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        switch (height)
        {
            case 14:
                Accumulate14<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums, sumsStride);
                break;
            case 8:
                Accumulate8<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums, sumsStride);
                break;
            case 6:
                Accumulate6<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums, sumsStride);
                break;
            default:
                Accumulate4<S, V>(ref x, ref offsets, terms, ref w, ref initial, initialStride, ref sums, sumsStride);
                break;
        }
    }

    // A tile costs its pixels plus what loading the weights costs; fewer accumulators hide less of the latency.
    private static int Cost(int pixels, int height) => (pixels + height - 1) / height * (height + 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V>(
        ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums, nint sumsStride)
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

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref Unsafe.Add(ref sums, sumsStride), 0); S.Store(r1, ref Unsafe.Add(ref sums, sumsStride), width);
        S.Store(l2, ref Unsafe.Add(ref sums, 2 * sumsStride), 0); S.Store(r2, ref Unsafe.Add(ref sums, 2 * sumsStride), width);
        S.Store(l3, ref Unsafe.Add(ref sums, 3 * sumsStride), 0); S.Store(r3, ref Unsafe.Add(ref sums, 3 * sumsStride), width);
        S.Store(l4, ref Unsafe.Add(ref sums, 4 * sumsStride), 0); S.Store(r4, ref Unsafe.Add(ref sums, 4 * sumsStride), width);
        S.Store(l5, ref Unsafe.Add(ref sums, 5 * sumsStride), 0); S.Store(r5, ref Unsafe.Add(ref sums, 5 * sumsStride), width);
        S.Store(l6, ref Unsafe.Add(ref sums, 6 * sumsStride), 0); S.Store(r6, ref Unsafe.Add(ref sums, 6 * sumsStride), width);
        S.Store(l7, ref Unsafe.Add(ref sums, 7 * sumsStride), 0); S.Store(r7, ref Unsafe.Add(ref sums, 7 * sumsStride), width);
        S.Store(l8, ref Unsafe.Add(ref sums, 8 * sumsStride), 0); S.Store(r8, ref Unsafe.Add(ref sums, 8 * sumsStride), width);
        S.Store(l9, ref Unsafe.Add(ref sums, 9 * sumsStride), 0); S.Store(r9, ref Unsafe.Add(ref sums, 9 * sumsStride), width);
        S.Store(l10, ref Unsafe.Add(ref sums, 10 * sumsStride), 0); S.Store(r10, ref Unsafe.Add(ref sums, 10 * sumsStride), width);
        S.Store(l11, ref Unsafe.Add(ref sums, 11 * sumsStride), 0); S.Store(r11, ref Unsafe.Add(ref sums, 11 * sumsStride), width);
        S.Store(l12, ref Unsafe.Add(ref sums, 12 * sumsStride), 0); S.Store(r12, ref Unsafe.Add(ref sums, 12 * sumsStride), width);
        S.Store(l13, ref Unsafe.Add(ref sums, 13 * sumsStride), 0); S.Store(r13, ref Unsafe.Add(ref sums, 13 * sumsStride), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate8<S, V>(
        ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums, nint sumsStride)
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

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref Unsafe.Add(ref sums, sumsStride), 0); S.Store(r1, ref Unsafe.Add(ref sums, sumsStride), width);
        S.Store(l2, ref Unsafe.Add(ref sums, 2 * sumsStride), 0); S.Store(r2, ref Unsafe.Add(ref sums, 2 * sumsStride), width);
        S.Store(l3, ref Unsafe.Add(ref sums, 3 * sumsStride), 0); S.Store(r3, ref Unsafe.Add(ref sums, 3 * sumsStride), width);
        S.Store(l4, ref Unsafe.Add(ref sums, 4 * sumsStride), 0); S.Store(r4, ref Unsafe.Add(ref sums, 4 * sumsStride), width);
        S.Store(l5, ref Unsafe.Add(ref sums, 5 * sumsStride), 0); S.Store(r5, ref Unsafe.Add(ref sums, 5 * sumsStride), width);
        S.Store(l6, ref Unsafe.Add(ref sums, 6 * sumsStride), 0); S.Store(r6, ref Unsafe.Add(ref sums, 6 * sumsStride), width);
        S.Store(l7, ref Unsafe.Add(ref sums, 7 * sumsStride), 0); S.Store(r7, ref Unsafe.Add(ref sums, 7 * sumsStride), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V>(
        ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums, nint sumsStride)
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

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref Unsafe.Add(ref sums, sumsStride), 0); S.Store(r1, ref Unsafe.Add(ref sums, sumsStride), width);
        S.Store(l2, ref Unsafe.Add(ref sums, 2 * sumsStride), 0); S.Store(r2, ref Unsafe.Add(ref sums, 2 * sumsStride), width);
        S.Store(l3, ref Unsafe.Add(ref sums, 3 * sumsStride), 0); S.Store(r3, ref Unsafe.Add(ref sums, 3 * sumsStride), width);
        S.Store(l4, ref Unsafe.Add(ref sums, 4 * sumsStride), 0); S.Store(r4, ref Unsafe.Add(ref sums, 4 * sumsStride), width);
        S.Store(l5, ref Unsafe.Add(ref sums, 5 * sumsStride), 0); S.Store(r5, ref Unsafe.Add(ref sums, 5 * sumsStride), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V>(
        ref float x, ref int offsets, int terms, ref float w, ref float initial, nint initialStride, ref float sums, nint sumsStride)
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

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref Unsafe.Add(ref sums, sumsStride), 0); S.Store(r1, ref Unsafe.Add(ref sums, sumsStride), width);
        S.Store(l2, ref Unsafe.Add(ref sums, 2 * sumsStride), 0); S.Store(r2, ref Unsafe.Add(ref sums, 2 * sumsStride), width);
        S.Store(l3, ref Unsafe.Add(ref sums, 3 * sumsStride), 0); S.Store(r3, ref Unsafe.Add(ref sums, 3 * sumsStride), width);
    }
}
