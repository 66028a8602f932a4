using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>A tensor and where its channels lie in each image of the concatenated one.</summary>
/// <param name="View">The tensor's values.</param>
/// <param name="Image">Values of an image of it; 0 for a part that is not there.</param>
/// <param name="First">Where its channels begin in an image of the concatenated tensor.</param>
internal readonly record struct ConcatenationPart(ArrayView<float> View, int Image, int First);

/// <summary>
/// Copies up to four tensors into, or out of, their channel windows of the concatenated one, on the CPU: one launch for an inception module.
/// Each part is split over the workers by values, so that small batches keep all of them busy.
/// </summary>
internal readonly struct ConcatenationTile(
    ConcatenationPart a, ConcatenationPart b, ConcatenationPart c, ConcatenationPart d, ArrayView<float> whole, int wholeImage, int images, int backward) : ITile
{
    /// <summary>Parts of one launch.</summary>
    public const int Parts = 4;

    private readonly ConcatenationPart a = a, b = b, c = c, d = d;
    private readonly ArrayView<float> whole = whole;
    private readonly int wholeImage = wholeImage, images = images, backward = backward;

    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        Copy(a, worker, workers);
        Copy(b, worker, workers);
        Copy(c, worker, workers);
        Copy(d, worker, workers);
    }

    private void Copy(ConcatenationPart part, int worker, int workers)
    {
        if (part.Image == 0)
            return;
        var share = Share.OfLines(part.Image * images, worker, workers);
        for (int i = share.Begin; i < share.End;)
        {
            int n = i / part.Image, offset = i - n * part.Image;
            int length = Math.Min(part.Image - offset, share.End - i);
            ref float mine = ref part.View[i], theirs = ref whole[n * wholeImage + part.First + offset];
            // The runtime's copy is vectorised already, and knows when to store past the caches.
            if (backward != 0)
                Copy(ref theirs, ref mine, length);
            else
                Copy(ref mine, ref theirs, length);
            i += length;
        }
    }

    private static void Copy(ref float source, ref float destination, int length) => Unsafe.CopyBlockUnaligned(
        ref Unsafe.As<float, byte>(ref destination), ref Unsafe.As<float, byte>(ref source), (uint)length * sizeof(float));
}
