using System.Diagnostics;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Timing;

/// <summary>Times how fast a set's pictures are read, decoded, resized and cut into batches, as in training but with no network beside it.</summary>
/// <param name="set">The pictures.</param>
/// <param name="batch">Images in a batch.</param>
/// <param name="window">Rows and columns of an image.</param>
/// <param name="mirror">Whether they are mirrored by chance.</param>
public sealed class PictureTimer(PictureSet set, int batch, Size2D window, bool mirror)
{
    private const ulong Seed = 1;

    private readonly byte[] images = new byte[set.Shape.C * window.Height * window.Width * (long)batch];
    private readonly ImagePlacement[] placements = new ImagePlacement[batch];

    // A turn goes on in the set's order where the one before ended.
    private long next;

    /// <summary>Times so many batches. Nothing is decoded ahead of them, and no thread is left when they are done.</summary>
    /// <param name="batches">Batches, 1 or more.</param>
    /// <returns>Milliseconds of all of them.</returns>
    /// <exception cref="DataException">A batch is larger than the set, a window than its pictures, or too many files are no pictures.</exception>
    public double Time(int batches)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
        var plan = new BatchPlan(set, new BatchOrder(set.Count, batch, Seed), window, mirror, Seed);
        long start = Stopwatch.GetTimestamp();
        using var queue = new PictureQueue(plan, set);
        for (long end = next + batches; next < end; next++)
            queue.Take(next, placements, images);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
