using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>
/// The <see cref="RegisterTile"/> with <see cref="OffsetRows"/> for a block of columns that fills one vector at most: half the work for the same layout,
/// in which the values of the second vector are skipped.
/// </summary>
internal static class NarrowRegisterTile
{
    /// <summary>Runs the tile of one of the heights of <see cref="RegisterTile"/>.</summary>
    /// <param name="height">Rows; the tile reads as many values behind each offset.</param>
    /// <param name="a">What is broadcast: neighbouring values, a row each, for each term.</param>
    /// <param name="b">What is loaded, [terms][2 vectors].</param>
    /// <param name="offsets">Where each term's first row stands in <paramref name="a"/>.</param>
    /// <param name="terms">Terms of the sums.</param>
    /// <param name="initial">What the sums of every row start from: one vector.</param>
    /// <param name="sums">Where the sums go, [height][2 vectors].</param>
    public static void Accumulate<S, V>(int height, ref float a, ref float b, ref int offsets, int terms, ref float initial, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        switch (height)
        {
            case 14:
                Accumulate14<S, V>(ref a, ref b, ref offsets, terms, ref initial, ref sums);
                break;
            case 8:
                Accumulate8<S, V>(ref a, ref b, ref offsets, terms, ref initial, ref sums);
                break;
            case 6:
                Accumulate6<S, V>(ref a, ref b, ref offsets, terms, ref initial, ref sums);
                break;
            default:
                Accumulate4<S, V>(ref a, ref b, ref offsets, terms, ref initial, ref sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate14<S, V>(ref float a, ref float b, ref int offsets, int terms, ref float initial, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width, pitch = 2 * width;
        V s0 = S.Load(in initial, 0);
        V s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0, s12 = s0, s13 = s0;
        for (nint k = 0; k < terms; k++)
        {
            ref float row = ref Unsafe.Add(ref a, Unsafe.Add(ref offsets, k));
            V bk = S.Load(in b, 0);
            b = ref Unsafe.Add(ref b, pitch);
            s0 = S.MultiplyAdd(S.Broadcast(row), bk, s0);
            s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 1)), bk, s1);
            s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 2)), bk, s2);
            s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 3)), bk, s3);
            s4 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 4)), bk, s4);
            s5 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 5)), bk, s5);
            s6 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 6)), bk, s6);
            s7 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 7)), bk, s7);
            s8 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 8)), bk, s8);
            s9 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 9)), bk, s9);
            s10 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 10)), bk, s10);
            s11 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 11)), bk, s11);
            s12 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 12)), bk, s12);
            s13 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 13)), bk, s13);
        }

        S.Store(s0, ref sums, 0 * pitch);
        S.Store(s1, ref sums, 1 * pitch);
        S.Store(s2, ref sums, 2 * pitch);
        S.Store(s3, ref sums, 3 * pitch);
        S.Store(s4, ref sums, 4 * pitch);
        S.Store(s5, ref sums, 5 * pitch);
        S.Store(s6, ref sums, 6 * pitch);
        S.Store(s7, ref sums, 7 * pitch);
        S.Store(s8, ref sums, 8 * pitch);
        S.Store(s9, ref sums, 9 * pitch);
        S.Store(s10, ref sums, 10 * pitch);
        S.Store(s11, ref sums, 11 * pitch);
        S.Store(s12, ref sums, 12 * pitch);
        S.Store(s13, ref sums, 13 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate8<S, V>(ref float a, ref float b, ref int offsets, int terms, ref float initial, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width, pitch = 2 * width;
        V s0 = S.Load(in initial, 0);
        V s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint k = 0; k < terms; k++)
        {
            ref float row = ref Unsafe.Add(ref a, Unsafe.Add(ref offsets, k));
            V bk = S.Load(in b, 0);
            b = ref Unsafe.Add(ref b, pitch);
            s0 = S.MultiplyAdd(S.Broadcast(row), bk, s0);
            s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 1)), bk, s1);
            s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 2)), bk, s2);
            s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 3)), bk, s3);
            s4 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 4)), bk, s4);
            s5 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 5)), bk, s5);
            s6 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 6)), bk, s6);
            s7 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 7)), bk, s7);
        }

        S.Store(s0, ref sums, 0 * pitch);
        S.Store(s1, ref sums, 1 * pitch);
        S.Store(s2, ref sums, 2 * pitch);
        S.Store(s3, ref sums, 3 * pitch);
        S.Store(s4, ref sums, 4 * pitch);
        S.Store(s5, ref sums, 5 * pitch);
        S.Store(s6, ref sums, 6 * pitch);
        S.Store(s7, ref sums, 7 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V>(ref float a, ref float b, ref int offsets, int terms, ref float initial, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width, pitch = 2 * width;
        V s0 = S.Load(in initial, 0);
        V s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
        for (nint k = 0; k < terms; k++)
        {
            ref float row = ref Unsafe.Add(ref a, Unsafe.Add(ref offsets, k));
            V bk = S.Load(in b, 0);
            b = ref Unsafe.Add(ref b, pitch);
            s0 = S.MultiplyAdd(S.Broadcast(row), bk, s0);
            s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 1)), bk, s1);
            s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 2)), bk, s2);
            s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 3)), bk, s3);
            s4 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 4)), bk, s4);
            s5 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 5)), bk, s5);
        }

        S.Store(s0, ref sums, 0 * pitch);
        S.Store(s1, ref sums, 1 * pitch);
        S.Store(s2, ref sums, 2 * pitch);
        S.Store(s3, ref sums, 3 * pitch);
        S.Store(s4, ref sums, 4 * pitch);
        S.Store(s5, ref sums, 5 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate4<S, V>(ref float a, ref float b, ref int offsets, int terms, ref float initial, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width, pitch = 2 * width;
        V s0 = S.Load(in initial, 0);
        V s1 = s0, s2 = s0, s3 = s0;
        for (nint k = 0; k < terms; k++)
        {
            ref float row = ref Unsafe.Add(ref a, Unsafe.Add(ref offsets, k));
            V bk = S.Load(in b, 0);
            b = ref Unsafe.Add(ref b, pitch);
            s0 = S.MultiplyAdd(S.Broadcast(row), bk, s0);
            s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 1)), bk, s1);
            s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 2)), bk, s2);
            s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref row, 3)), bk, s3);
        }

        S.Store(s0, ref sums, 0 * pitch);
        S.Store(s1, ref sums, 1 * pitch);
        S.Store(s2, ref sums, 2 * pitch);
        S.Store(s3, ref sums, 3 * pitch);
    }
}
