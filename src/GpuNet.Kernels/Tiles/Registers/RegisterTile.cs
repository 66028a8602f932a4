using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>
/// The register tile of convolution and matrix multiply: for <c>Height</c> rows r and two vectors of columns j,
/// <c>sums[r][j] = initial[r][j] + Σ_k a[row r of k] · b[vectors of k + j]</c>, where a <see cref="ITermLayout"/> says where a term's values
/// stand. All sums stay in registers, so a height is written out in full; the heights fit 32 vector registers (14, 8, 4) or 16 (6, 4) with two more
/// for b and one for the broadcast value of a.
/// </summary>
internal static class RegisterTile
{
    /// <summary>The largest height of any vector width.</summary>
    public const int MaxHeight = 14;

    /// <summary>The smallest <see cref="FullHeight"/> of any vector width.</summary>
    public const int MinFullHeight = 6;

    /// <summary>The largest height that the registers hold.</summary>
    public static int FullHeight<S, V>()
        where S : struct, ISimd<V>
        where V : struct => S.Registers >= 32 ? MaxHeight : MinFullHeight;

    /// <summary>The one height that covers some rows with the least work: overhanging rows are computed and dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int HeightFor<S, V>(int rows)
        where S : struct, ISimd<V>
        where V : struct
    {
        var heights = Heights<S, V>();
        int best = heights[0];
        foreach (int height in heights)
        {
            if (Cost(rows, height) < Cost(rows, best))
                best = height;
        }

        return best;
    }

    /// <summary>Cuts rows into tiles, of several heights if that takes the least work; the last one may overhang.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="heights">Room for <see cref="MostTiles"/> heights.</param>
    /// <returns>How many tiles there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Cut<S, V>(int rows, ref int heights)
        where S : struct, ISimd<V>
        where V : struct
    {
        int count = 0;
        for (int height; rows > 0; rows -= height)
        {
            height = NextHeight<S, V>(rows);
            Unsafe.Add(ref heights, count++) = height;
        }

        return count;
    }

    /// <summary>The most tiles that rows are cut into.</summary>
    public static int MostTiles(int rows) => (rows + 3) / 4;

    /// <summary>Runs the tile of one of the heights.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="a">What is broadcast: a value a row for each term.</param>
    /// <param name="b">What is loaded: two vectors for each term.</param>
    /// <param name="offsets">Where terms stand, for the layout.</param>
    /// <param name="terms">Terms of the sums.</param>
    /// <param name="initial">What the sums start from, [height][2 vectors].</param>
    /// <param name="initialStride">Values from a row's initial sums to the next one's; 0 if they share them, as with a bias.</param>
    /// <param name="sums">Where the sums go, [height][2 vectors]; may be <paramref name="initial"/>.</param>
    /// <param name="sumsStride">Values from a row's sums to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<S, V, T>(
        int height, ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        switch (height)
        {
            case 14:
                Accumulate14<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums, sumsStride);
                break;
            case 8:
                Accumulate8<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums, sumsStride);
                break;
            case 6:
                Accumulate6<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums, sumsStride);
                break;
            default:
                Accumulate4<S, V, T>(ref a, ref b, ref offsets, terms, ref initial, initialStride, ref sums, sumsStride);
                break;
        }
    }

    private static ReadOnlySpan<int> Heights<S, V>()
        where S : struct, ISimd<V>
        where V : struct => S.Registers >= 32 ? [14, 8, 4] : [6, 4];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int NextHeight<S, V>(int rows)
        where S : struct, ISimd<V>
        where V : struct
    {
        var heights = Heights<S, V>();
        int best = heights[0];
        if (rows >= 2 * best)
            return best;
        foreach (int height in heights)
        {
            if (CostAfter<S, V>(rows, height) < CostAfter<S, V>(rows, best))
                best = height;
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CostAfter<S, V>(int rows, int height)
        where S : struct, ISimd<V>
        where V : struct
    {
        int left = Math.Max(0, rows - height);
        return Cost(height, height) + Cost(left, HeightFor<S, V>(left));
    }

    // A tile costs its rows plus what loading the vectors costs; fewer accumulators hide less of the latency.
    private static int Cost(int rows, int height) => (rows + height - 1) / height * (height + 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V, T>(
        ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        nint width = S.Width, next = T.RowStride(width);
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
            V a1 = S.Broadcast(Unsafe.Add(ref row, next)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2 * next)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3 * next)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4 * next)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5 * next)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref row, 6 * next)); l6 = S.MultiplyAdd(a6, bl, l6); r6 = S.MultiplyAdd(a6, br, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref row, 7 * next)); l7 = S.MultiplyAdd(a7, bl, l7); r7 = S.MultiplyAdd(a7, br, r7);
            V a8 = S.Broadcast(Unsafe.Add(ref row, 8 * next)); l8 = S.MultiplyAdd(a8, bl, l8); r8 = S.MultiplyAdd(a8, br, r8);
            V a9 = S.Broadcast(Unsafe.Add(ref row, 9 * next)); l9 = S.MultiplyAdd(a9, bl, l9); r9 = S.MultiplyAdd(a9, br, r9);
            V a10 = S.Broadcast(Unsafe.Add(ref row, 10 * next)); l10 = S.MultiplyAdd(a10, bl, l10); r10 = S.MultiplyAdd(a10, br, r10);
            V a11 = S.Broadcast(Unsafe.Add(ref row, 11 * next)); l11 = S.MultiplyAdd(a11, bl, l11); r11 = S.MultiplyAdd(a11, br, r11);
            V a12 = S.Broadcast(Unsafe.Add(ref row, 12 * next)); l12 = S.MultiplyAdd(a12, bl, l12); r12 = S.MultiplyAdd(a12, br, r12);
            V a13 = S.Broadcast(Unsafe.Add(ref row, 13 * next)); l13 = S.MultiplyAdd(a13, bl, l13); r13 = S.MultiplyAdd(a13, br, r13);
        }

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref sums, sumsStride); S.Store(r1, ref sums, sumsStride + width);
        S.Store(l2, ref sums, 2 * sumsStride); S.Store(r2, ref sums, 2 * sumsStride + width);
        S.Store(l3, ref sums, 3 * sumsStride); S.Store(r3, ref sums, 3 * sumsStride + width);
        S.Store(l4, ref sums, 4 * sumsStride); S.Store(r4, ref sums, 4 * sumsStride + width);
        S.Store(l5, ref sums, 5 * sumsStride); S.Store(r5, ref sums, 5 * sumsStride + width);
        S.Store(l6, ref sums, 6 * sumsStride); S.Store(r6, ref sums, 6 * sumsStride + width);
        S.Store(l7, ref sums, 7 * sumsStride); S.Store(r7, ref sums, 7 * sumsStride + width);
        S.Store(l8, ref sums, 8 * sumsStride); S.Store(r8, ref sums, 8 * sumsStride + width);
        S.Store(l9, ref sums, 9 * sumsStride); S.Store(r9, ref sums, 9 * sumsStride + width);
        S.Store(l10, ref sums, 10 * sumsStride); S.Store(r10, ref sums, 10 * sumsStride + width);
        S.Store(l11, ref sums, 11 * sumsStride); S.Store(r11, ref sums, 11 * sumsStride + width);
        S.Store(l12, ref sums, 12 * sumsStride); S.Store(r12, ref sums, 12 * sumsStride + width);
        S.Store(l13, ref sums, 13 * sumsStride); S.Store(r13, ref sums, 13 * sumsStride + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate8<S, V, T>(
        ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        nint width = S.Width, next = T.RowStride(width);
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
            V a1 = S.Broadcast(Unsafe.Add(ref row, next)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2 * next)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3 * next)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4 * next)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5 * next)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
            V a6 = S.Broadcast(Unsafe.Add(ref row, 6 * next)); l6 = S.MultiplyAdd(a6, bl, l6); r6 = S.MultiplyAdd(a6, br, r6);
            V a7 = S.Broadcast(Unsafe.Add(ref row, 7 * next)); l7 = S.MultiplyAdd(a7, bl, l7); r7 = S.MultiplyAdd(a7, br, r7);
        }

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref sums, sumsStride); S.Store(r1, ref sums, sumsStride + width);
        S.Store(l2, ref sums, 2 * sumsStride); S.Store(r2, ref sums, 2 * sumsStride + width);
        S.Store(l3, ref sums, 3 * sumsStride); S.Store(r3, ref sums, 3 * sumsStride + width);
        S.Store(l4, ref sums, 4 * sumsStride); S.Store(r4, ref sums, 4 * sumsStride + width);
        S.Store(l5, ref sums, 5 * sumsStride); S.Store(r5, ref sums, 5 * sumsStride + width);
        S.Store(l6, ref sums, 6 * sumsStride); S.Store(r6, ref sums, 6 * sumsStride + width);
        S.Store(l7, ref sums, 7 * sumsStride); S.Store(r7, ref sums, 7 * sumsStride + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V, T>(
        ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        nint width = S.Width, next = T.RowStride(width);
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
            V a1 = S.Broadcast(Unsafe.Add(ref row, next)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2 * next)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3 * next)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
            V a4 = S.Broadcast(Unsafe.Add(ref row, 4 * next)); l4 = S.MultiplyAdd(a4, bl, l4); r4 = S.MultiplyAdd(a4, br, r4);
            V a5 = S.Broadcast(Unsafe.Add(ref row, 5 * next)); l5 = S.MultiplyAdd(a5, bl, l5); r5 = S.MultiplyAdd(a5, br, r5);
        }

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref sums, sumsStride); S.Store(r1, ref sums, sumsStride + width);
        S.Store(l2, ref sums, 2 * sumsStride); S.Store(r2, ref sums, 2 * sumsStride + width);
        S.Store(l3, ref sums, 3 * sumsStride); S.Store(r3, ref sums, 3 * sumsStride + width);
        S.Store(l4, ref sums, 4 * sumsStride); S.Store(r4, ref sums, 4 * sumsStride + width);
        S.Store(l5, ref sums, 5 * sumsStride); S.Store(r5, ref sums, 5 * sumsStride + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V, T>(
        ref float a, ref float b, ref int offsets, int terms, ref float initial, nint initialStride, ref float sums, nint sumsStride)
        where S : struct, ISimd<V>
        where V : struct
        where T : struct, ITermLayout
    {
        nint width = S.Width, next = T.RowStride(width);
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
            V a1 = S.Broadcast(Unsafe.Add(ref row, next)); l1 = S.MultiplyAdd(a1, bl, l1); r1 = S.MultiplyAdd(a1, br, r1);
            V a2 = S.Broadcast(Unsafe.Add(ref row, 2 * next)); l2 = S.MultiplyAdd(a2, bl, l2); r2 = S.MultiplyAdd(a2, br, r2);
            V a3 = S.Broadcast(Unsafe.Add(ref row, 3 * next)); l3 = S.MultiplyAdd(a3, bl, l3); r3 = S.MultiplyAdd(a3, br, r3);
        }

        S.Store(l0, ref sums, 0); S.Store(r0, ref sums, width);
        S.Store(l1, ref sums, sumsStride); S.Store(r1, ref sums, sumsStride + width);
        S.Store(l2, ref sums, 2 * sumsStride); S.Store(r2, ref sums, 2 * sumsStride + width);
        S.Store(l3, ref sums, 3 * sumsStride); S.Store(r3, ref sums, 3 * sumsStride + width);
    }
}
