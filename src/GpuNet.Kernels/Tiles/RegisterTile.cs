using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// The register tile of convolution and matrix multiply: for <c>Height</c> rows r and two vectors of columns j,
/// <c>sums[r][j] = initial[r][j] + Σ_k a[rows of k + r] · b[vectors of k + j]</c>, where a <see cref="ITermLayout"/> says where a term's values
/// stand. All sums stay in registers, so a height is written out in full; the heights fit 32 vector registers (14, 8, 4) or 16 (6, 4) with two more
/// for b and one for the broadcast value of a.
/// </summary>
internal static class RegisterTile
{
    /// <summary>Runs the tile of one of the heights.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="a">What is broadcast: a value a row for each term.</param>
    /// <param name="b">What is loaded: two vectors for each term.</param>
    /// <param name="offsets">Where terms stand, for the layout.</param>
    /// <param name="terms">Terms of the sums.</param>
    /// <param name="initial">What the sums start from, [height][2 vectors].</param>
    /// <param name="initialStride">Values from a row's initial sums to the next one's; 0 if they share them.</param>
    /// <param name="sums">Where the sums go, [height][2 vectors]; may be <paramref name="initial"/>.</param>
    public static void Accumulate<S, V, T>(
        int height, ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        switch (height)
        {
            case 14:
                Accumulate14<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums);
                break;
            case 8:
                Accumulate8<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums);
                break;
            case 6:
                Accumulate6<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums);
                break;
            default:
                Accumulate4<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V, T>(ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
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
            ref float row = ref Unsafe.Add(ref a, T.Rows(ref offsets, k, 14));
            ref float vectors = ref Unsafe.Add(ref b, T.Vectors(ref offsets, k, 2 * width));
            V bl = S.Load(in vectors, 0), br = S.Load(in vectors, width);
            V a0 = S.Broadcast(row); l0 = S.MultiplyAdd(a0, bl, l0); r0 = S.MultiplyAdd(a0, br, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref row, 1)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref row, 6)); l6 = S.MultiplyAdd(a6, bl, l6); r6 = S.MultiplyAdd(a6, br, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref row, 7)); l7 = S.MultiplyAdd(a7, bl, l7); r7 = S.MultiplyAdd(a7, br, r7);
            V a8 = S.Broadcast(Unsafe.Add(ref row, 8)); l8 = S.MultiplyAdd(a8, bl, l8); r8 = S.MultiplyAdd(a8, br, r8);
            V a9 = S.Broadcast(Unsafe.Add(ref row, 9)); l9 = S.MultiplyAdd(a9, bl, l9); r9 = S.MultiplyAdd(a9, br, r9);
            V a10 = S.Broadcast(Unsafe.Add(ref row, 10)); l10 = S.MultiplyAdd(a10, bl, l10); r10 = S.MultiplyAdd(a10, br, r10);
            V a11 = S.Broadcast(Unsafe.Add(ref row, 11)); l11 = S.MultiplyAdd(a11, bl, l11); r11 = S.MultiplyAdd(a11, br, r11);
            V a12 = S.Broadcast(Unsafe.Add(ref row, 12)); l12 = S.MultiplyAdd(a12, bl, l12); r12 = S.MultiplyAdd(a12, br, r12);
            V a13 = S.Broadcast(Unsafe.Add(ref row, 13)); l13 = S.MultiplyAdd(a13, bl, l13); r13 = S.MultiplyAdd(a13, br, r13);
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
    private static void Accumulate8<S, V, T>(ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
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
            ref float row = ref Unsafe.Add(ref a, T.Rows(ref offsets, k, 8));
            ref float vectors = ref Unsafe.Add(ref b, T.Vectors(ref offsets, k, 2 * width));
            V bl = S.Load(in vectors, 0), br = S.Load(in vectors, width);
            V a0 = S.Broadcast(row); l0 = S.MultiplyAdd(a0, bl, l0); r0 = S.MultiplyAdd(a0, br, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref row, 1)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref row, 6)); l6 = S.MultiplyAdd(a6, bl, l6); r6 = S.MultiplyAdd(a6, br, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref row, 7)); l7 = S.MultiplyAdd(a7, bl, l7); r7 = S.MultiplyAdd(a7, br, r7);
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
    private static void Accumulate6<S, V, T>(ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
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
            ref float row = ref Unsafe.Add(ref a, T.Rows(ref offsets, k, 6));
            ref float vectors = ref Unsafe.Add(ref b, T.Vectors(ref offsets, k, 2 * width));
            V bl = S.Load(in vectors, 0), br = S.Load(in vectors, width);
            V a0 = S.Broadcast(row); l0 = S.MultiplyAdd(a0, bl, l0); r0 = S.MultiplyAdd(a0, br, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref row, 1)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V, T>(ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        nint width = S.Width;
        V l0 = S.Load(in initial, 0), r0 = S.Load(in initial, width);
        V l1 = S.Load(in Unsafe.Add(ref initial, initialStride), 0), r1 = S.Load(in Unsafe.Add(ref initial, initialStride), width);
        V l2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), 0), r2 = S.Load(in Unsafe.Add(ref initial, 2 * initialStride), width);
        V l3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), 0), r3 = S.Load(in Unsafe.Add(ref initial, 3 * initialStride), width);
        for (nint k = 0; k < terms; k++)
        {
            ref float row = ref Unsafe.Add(ref a, T.Rows(ref offsets, k, 4));
            ref float vectors = ref Unsafe.Add(ref b, T.Vectors(ref offsets, k, 2 * width));
            V bl = S.Load(in vectors, 0), br = S.Load(in vectors, width);
            V a0 = S.Broadcast(row); l0 = S.MultiplyAdd(a0, bl, l0); r0 = S.MultiplyAdd(a0, br, r0);
            V a1 = S.Broadcast(Unsafe.Add(ref row, 1)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
    }
}
