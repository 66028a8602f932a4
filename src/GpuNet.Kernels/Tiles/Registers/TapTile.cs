using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>
/// The register tile of the weight gradient: for <c>Height</c> filter taps r and two vectors of output channels j,
/// <c>sums[r][j] += Σ_pixels x[offsets[r] + pixel] · d[pixel][j]</c>. All sums stay in registers.
/// </summary>
internal static class TapTile
{
    /// <summary>The largest height of any vector width.</summary>
    public const int MaxHeight = 12;

    /// <summary>Taps of a tile: as many as the registers hold beside two vectors of gradients and the broadcast pixel.</summary>
    public static int Height<S, V>()
        where S : struct, ISimd<V>
        where V : struct => S.Registers >= 32 ? 12 : 6;

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
        if (Height<S, V>() == 12)
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
        nint width = S.Width;
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
        V l0 = S.Load(in sums, 0 * width), r0 = S.Load(in sums, 1 * width);
        V l1 = S.Load(in sums, 2 * width), r1 = S.Load(in sums, 3 * width);
        V l2 = S.Load(in sums, 4 * width), r2 = S.Load(in sums, 5 * width);
        V l3 = S.Load(in sums, 6 * width), r3 = S.Load(in sums, 7 * width);
        V l4 = S.Load(in sums, 8 * width), r4 = S.Load(in sums, 9 * width);
        V l5 = S.Load(in sums, 10 * width), r5 = S.Load(in sums, 11 * width);
        V l6 = S.Load(in sums, 12 * width), r6 = S.Load(in sums, 13 * width);
        V l7 = S.Load(in sums, 14 * width), r7 = S.Load(in sums, 15 * width);
        V l8 = S.Load(in sums, 16 * width), r8 = S.Load(in sums, 17 * width);
        V l9 = S.Load(in sums, 18 * width), r9 = S.Load(in sums, 19 * width);
        V l10 = S.Load(in sums, 20 * width), r10 = S.Load(in sums, 21 * width);
        V l11 = S.Load(in sums, 22 * width), r11 = S.Load(in sums, 23 * width);
        for (; images > 0; images--, x = ref Unsafe.Add(ref x, imageStride), d = ref Unsafe.Add(ref d, dStride))
        {
            ref float line = ref x, gradients = ref d;
            for (int row = rows; row > 0; row--, line = ref Unsafe.Add(ref line, rowStride))
            {
                ref float a = ref line;
                for (nint i = columns; i > 0; i--, a = ref Unsafe.Add(ref a, 1))
                {
                    V dl = S.Load(in gradients, 0), dr = S.Load(in gradients, width);
                    gradients = ref Unsafe.Add(ref gradients, 2 * width);
                    V a0 = S.Broadcast(Unsafe.Add(ref a, o0)); l0 = S.MultiplyAdd(a0, dl, l0); r0 = S.MultiplyAdd(a0, dr, r0);
                    V a1 = S.Broadcast(Unsafe.Add(ref a, o1)); l1 = S.MultiplyAdd(a1, dl, l1); r1 = S.MultiplyAdd(a1, dr, r1);
                    V a2 = S.Broadcast(Unsafe.Add(ref a, o2)); l2 = S.MultiplyAdd(a2, dl, l2); r2 = S.MultiplyAdd(a2, dr, r2);
                    V a3 = S.Broadcast(Unsafe.Add(ref a, o3)); l3 = S.MultiplyAdd(a3, dl, l3); r3 = S.MultiplyAdd(a3, dr, r3);
                    V a4 = S.Broadcast(Unsafe.Add(ref a, o4)); l4 = S.MultiplyAdd(a4, dl, l4); r4 = S.MultiplyAdd(a4, dr, r4);
                    V a5 = S.Broadcast(Unsafe.Add(ref a, o5)); l5 = S.MultiplyAdd(a5, dl, l5); r5 = S.MultiplyAdd(a5, dr, r5);
                    V a6 = S.Broadcast(Unsafe.Add(ref a, o6)); l6 = S.MultiplyAdd(a6, dl, l6); r6 = S.MultiplyAdd(a6, dr, r6);
                    V a7 = S.Broadcast(Unsafe.Add(ref a, o7)); l7 = S.MultiplyAdd(a7, dl, l7); r7 = S.MultiplyAdd(a7, dr, r7);
                    V a8 = S.Broadcast(Unsafe.Add(ref a, o8)); l8 = S.MultiplyAdd(a8, dl, l8); r8 = S.MultiplyAdd(a8, dr, r8);
                    V a9 = S.Broadcast(Unsafe.Add(ref a, o9)); l9 = S.MultiplyAdd(a9, dl, l9); r9 = S.MultiplyAdd(a9, dr, r9);
                    V a10 = S.Broadcast(Unsafe.Add(ref a, o10)); l10 = S.MultiplyAdd(a10, dl, l10); r10 = S.MultiplyAdd(a10, dr, r10);
                    V a11 = S.Broadcast(Unsafe.Add(ref a, o11)); l11 = S.MultiplyAdd(a11, dl, l11); r11 = S.MultiplyAdd(a11, dr, r11);
                }
            }
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate6<S, V>(
        ref float x, ref int offsets, int images, nint imageStride, int rows, nint rowStride, int columns, ref float d, nint dStride, ref float sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint width = S.Width;
        nint o0 = offsets;
        nint o1 = Unsafe.Add(ref offsets, 1);
        nint o2 = Unsafe.Add(ref offsets, 2);
        nint o3 = Unsafe.Add(ref offsets, 3);
        nint o4 = Unsafe.Add(ref offsets, 4);
        nint o5 = Unsafe.Add(ref offsets, 5);
        V l0 = S.Load(in sums, 0 * width), r0 = S.Load(in sums, 1 * width);
        V l1 = S.Load(in sums, 2 * width), r1 = S.Load(in sums, 3 * width);
        V l2 = S.Load(in sums, 4 * width), r2 = S.Load(in sums, 5 * width);
        V l3 = S.Load(in sums, 6 * width), r3 = S.Load(in sums, 7 * width);
        V l4 = S.Load(in sums, 8 * width), r4 = S.Load(in sums, 9 * width);
        V l5 = S.Load(in sums, 10 * width), r5 = S.Load(in sums, 11 * width);
        for (; images > 0; images--, x = ref Unsafe.Add(ref x, imageStride), d = ref Unsafe.Add(ref d, dStride))
        {
            ref float line = ref x, gradients = ref d;
            for (int row = rows; row > 0; row--, line = ref Unsafe.Add(ref line, rowStride))
            {
                ref float a = ref line;
                for (nint i = columns; i > 0; i--, a = ref Unsafe.Add(ref a, 1))
                {
                    V dl = S.Load(in gradients, 0), dr = S.Load(in gradients, width);
                    gradients = ref Unsafe.Add(ref gradients, 2 * width);
                    V a0 = S.Broadcast(Unsafe.Add(ref a, o0)); l0 = S.MultiplyAdd(a0, dl, l0); r0 = S.MultiplyAdd(a0, dr, r0);
                    V a1 = S.Broadcast(Unsafe.Add(ref a, o1)); l1 = S.MultiplyAdd(a1, dl, l1); r1 = S.MultiplyAdd(a1, dr, r1);
                    V a2 = S.Broadcast(Unsafe.Add(ref a, o2)); l2 = S.MultiplyAdd(a2, dl, l2); r2 = S.MultiplyAdd(a2, dr, r2);
                    V a3 = S.Broadcast(Unsafe.Add(ref a, o3)); l3 = S.MultiplyAdd(a3, dl, l3); r3 = S.MultiplyAdd(a3, dr, r3);
                    V a4 = S.Broadcast(Unsafe.Add(ref a, o4)); l4 = S.MultiplyAdd(a4, dl, l4); r4 = S.MultiplyAdd(a4, dr, r4);
                    V a5 = S.Broadcast(Unsafe.Add(ref a, o5)); l5 = S.MultiplyAdd(a5, dl, l5); r5 = S.MultiplyAdd(a5, dr, r5);
                }
            }
        }

        S.Store(l0, ref sums, 0 * width); S.Store(r0, ref sums, 1 * width);
        S.Store(l1, ref sums, 2 * width); S.Store(r1, ref sums, 3 * width);
        S.Store(l2, ref sums, 4 * width); S.Store(r2, ref sums, 5 * width);
        S.Store(l3, ref sums, 6 * width); S.Store(r3, ref sums, 7 * width);
        S.Store(l4, ref sums, 8 * width); S.Store(r4, ref sums, 9 * width);
        S.Store(l5, ref sums, 10 * width); S.Store(r5, ref sums, 11 * width);
    }
}
