using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>
/// The <see cref="TapTile"/> for a block whose second vector has no channels: half the work for the same layout, in which values of the second
/// vector are skipped.
/// </summary>
internal static class NarrowTapTile
{
    /// <summary>Runs the tile over rows of pixels.</summary>
    /// <param name="x">The first pixel, to which the offsets are relative.</param>
    /// <param name="offsets">Where each tap stands.</param>
    /// <param name="images">Images.</param>
    /// <param name="imageStride">Values from an image of <paramref name="x"/> to the next.</param>
    /// <param name="rows">Rows of pixels of each.</param>
    /// <param name="rowStride">Values from a row of <paramref name="x"/> to the next.</param>
    /// <param name="columns">Pixels of a row; neighbours in <paramref name="x"/>.</param>
    /// <param name="d">Gradients of the output, [images][rows·columns][2 vectors].</param>
    /// <param name="dStride">Values from an image's gradients to the next one's.</param>
    /// <param name="sums">The sums to add to, [height][2 vectors].</param>
    public static void Accumulate<S, V>(
        ref float x, ref int offsets, int images, nint imageStride, int rows, nint rowStride, int columns, ref float d, nint dStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (TapTile.Height<S, V>() == 12)
            Accumulate12<S, V>(ref x, ref offsets, images, imageStride, rows, rowStride, columns, ref d, dStride, ref sums);
        else
            Accumulate6<S, V>(ref x, ref offsets, images, imageStride, rows, rowStride, columns, ref d, dStride, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate12<S, V>(
        ref float x, ref int offsets, int images, nint imageStride, int rows, nint rowStride, int columns, ref float d, nint dStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint pitch = 2 * S.Width;
        nint o0 = offsets;
        nint o1 = Unsafe.Add(ref offsets, 1);
        nint o2 = Unsafe.Add(ref offsets, 2);
        nint o3 = Unsafe.Add(ref offsets, 3);
        nint o4 = Unsafe.Add(ref offsets, 4);
        nint o5 = Unsafe.Add(ref offsets, 5);
        nint o6 = Unsafe.Add(ref offsets, 6);
        nint o7 = Unsafe.Add(ref offsets, 7);
        nint o8 = Unsafe.Add(ref offsets, 8);
        nint o9 = Unsafe.Add(ref offsets, 9);
        nint o10 = Unsafe.Add(ref offsets, 10);
        nint o11 = Unsafe.Add(ref offsets, 11);
        V s0 = S.Load(in sums, 0 * pitch);
        V s1 = S.Load(in sums, 1 * pitch);
        V s2 = S.Load(in sums, 2 * pitch);
        V s3 = S.Load(in sums, 3 * pitch);
        V s4 = S.Load(in sums, 4 * pitch);
        V s5 = S.Load(in sums, 5 * pitch);
        V s6 = S.Load(in sums, 6 * pitch);
        V s7 = S.Load(in sums, 7 * pitch);
        V s8 = S.Load(in sums, 8 * pitch);
        V s9 = S.Load(in sums, 9 * pitch);
        V s10 = S.Load(in sums, 10 * pitch);
        V s11 = S.Load(in sums, 11 * pitch);
        for (; images > 0; images--, x = ref Unsafe.Add(ref x, imageStride), d = ref Unsafe.Add(ref d, dStride))
        {
            ref float line = ref x, gradients = ref d;
            for (int row = rows; row > 0; row--, line = ref Unsafe.Add(ref line, rowStride))
            {
                ref float a = ref line;
                for (nint i = columns; i > 0; i--, a = ref Unsafe.Add(ref a, 1))
                {
                    V di = S.Load(in gradients, 0);
                    gradients = ref Unsafe.Add(ref gradients, pitch);
                    s0 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o0)), di, s0);
                    s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o1)), di, s1);
                    s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o2)), di, s2);
                    s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o3)), di, s3);
                    s4 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o4)), di, s4);
                    s5 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o5)), di, s5);
                    s6 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o6)), di, s6);
                    s7 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o7)), di, s7);
                    s8 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o8)), di, s8);
                    s9 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o9)), di, s9);
                    s10 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o10)), di, s10);
                    s11 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o11)), di, s11);
                }
            }
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V>(
        ref float x, ref int offsets, int images, nint imageStride, int rows, nint rowStride, int columns, ref float d, nint dStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint pitch = 2 * S.Width;
        nint o0 = offsets;
        nint o1 = Unsafe.Add(ref offsets, 1);
        nint o2 = Unsafe.Add(ref offsets, 2);
        nint o3 = Unsafe.Add(ref offsets, 3);
        nint o4 = Unsafe.Add(ref offsets, 4);
        nint o5 = Unsafe.Add(ref offsets, 5);
        V s0 = S.Load(in sums, 0 * pitch);
        V s1 = S.Load(in sums, 1 * pitch);
        V s2 = S.Load(in sums, 2 * pitch);
        V s3 = S.Load(in sums, 3 * pitch);
        V s4 = S.Load(in sums, 4 * pitch);
        V s5 = S.Load(in sums, 5 * pitch);
        for (; images > 0; images--, x = ref Unsafe.Add(ref x, imageStride), d = ref Unsafe.Add(ref d, dStride))
        {
            ref float line = ref x, gradients = ref d;
            for (int row = rows; row > 0; row--, line = ref Unsafe.Add(ref line, rowStride))
            {
                ref float a = ref line;
                for (nint i = columns; i > 0; i--, a = ref Unsafe.Add(ref a, 1))
                {
                    V di = S.Load(in gradients, 0);
                    gradients = ref Unsafe.Add(ref gradients, pitch);
                    s0 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o0)), di, s0);
                    s1 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o1)), di, s1);
                    s2 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o2)), di, s2);
                    s3 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o3)), di, s3);
                    s4 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o4)), di, s4);
                    s5 = S.MultiplyAdd(S.Broadcast(Unsafe.Add(ref a, o5)), di, s5);
                }
            }
        }

        S.Store(s0, ref sums, 0 * pitch);
        S.Store(s1, ref sums, 1 * pitch);
        S.Store(s2, ref sums, 2 * pitch);
        S.Store(s3, ref sums, 3 * pitch);
        S.Store(s4, ref sums, 4 * pitch);
        S.Store(s5, ref sums, 5 * pitch);
    }
}
