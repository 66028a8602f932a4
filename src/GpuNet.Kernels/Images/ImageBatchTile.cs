using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Images;

/// <summary>A batch of images on the CPU. Workers take whole channels of images; windows as wide as the image are one run of pixels.</summary>
internal readonly struct ImageBatchTile(
    ImageBatchGeometry geometry, ArrayView<byte> images, ArrayView<ImagePlacement> placements, ArrayView<float> mean, ArrayView<float> x, ArrayView<float> labels) : ITile
{
    private readonly ImageBatchGeometry geometry = geometry;
    private readonly ArrayView<byte> images = images;
    private readonly ArrayView<ImagePlacement> placements = placements;
    private readonly ArrayView<float> mean = mean, x = x, labels = labels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int channels = geometry.Image.C;
        var share = Share.Of(geometry.Batch * channels, worker, workers);
        for (int plane = share.Begin; plane < share.End; plane++)
        {
            int n = plane / channels, c = plane - n * channels;
            var place = placements[n];
            if (c == 0)
                labels[n] = place.Label;
            Channel(place, c, ref x[plane * geometry.Window.Height * geometry.Window.Width]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Channel(ImagePlacement place, int c, ref float target)
    {
        int width = geometry.Window.Width, rows = geometry.Window.Height;
        if (place.Index < 0)
        {
            MemoryMarshal.CreateSpan(ref target, rows * width).Clear();
            return;
        }

        int first = (c * geometry.Image.H + place.Top) * geometry.Image.W + place.Left;
        ref byte pixels = ref images[(long)place.Index * geometry.Image.ImageSize + first];
        ref float means = ref mean[first];
        if (width == geometry.Image.W && place.Mirrored == 0)
        {
            Subtract(ref pixels, ref means, ref target, rows * width);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            ref float line = ref Unsafe.Add(ref target, row * width);
            int source = row * geometry.Image.W;
            Subtract(ref Unsafe.Add(ref pixels, source), ref Unsafe.Add(ref means, source), ref line, width);
            if (place.Mirrored != 0)
                MemoryMarshal.CreateSpan(ref line, width).Reverse();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract(ref byte pixels, ref float means, ref float target, int length)
    {
        int i = 0;
        for (; i <= length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<byte>>(ref Unsafe.Add(ref pixels, i)), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            Store(first, ref Unsafe.Add(ref means, i), ref Unsafe.Add(ref target, i));
            Store(second, ref Unsafe.Add(ref means, i + Vector<float>.Count), ref Unsafe.Add(ref target, i + Vector<float>.Count));
            Store(third, ref Unsafe.Add(ref means, i + 2 * Vector<float>.Count), ref Unsafe.Add(ref target, i + 2 * Vector<float>.Count));
            Store(fourth, ref Unsafe.Add(ref means, i + 3 * Vector<float>.Count), ref Unsafe.Add(ref target, i + 3 * Vector<float>.Count));
        }

        for (; i < length; i++)
            Unsafe.Add(ref target, i) = Unsafe.Add(ref pixels, i) - Unsafe.Add(ref means, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<uint> pixels, ref float means, ref float target) =>
        // Signed conversion: pixels are below 256, and AVX2 has no instruction for unsigned ones.
        Vector.StoreUnsafe(Vector.ConvertToSingle(pixels.As<uint, int>()) - Vector.LoadUnsafe(ref means), ref target);
}
