using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>The mean image, which Caffe subtracts from every training and test image: one mean a channel and pixel position, over the training set.</summary>
public static class MeanImage
{
    /// <summary>The shape of a set's mean: that of its images, or, of pictures, whose sizes differ, that of a window.</summary>
    /// <param name="set">The set.</param>
    /// <param name="window">Rows and columns that the network sees.</param>
    /// <returns>The shape, (1, C, H, W).</returns>
    public static Shape ShapeOf(ImageSet set, Size2D window)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set is PictureSet ? set.Shape with { H = window.Height, W = window.Width } : set.Shape;
    }

    /// <summary>The mean of a set's images; of pictures, that of the windows in their middles.</summary>
    /// <param name="set">The training set.</param>
    /// <param name="window">Rows and columns that the network sees.</param>
    /// <returns>C·H·W means in 0–255, CHW, of <see cref="ShapeOf"/>: exact sums, divided once.</returns>
    /// <exception cref="DataException">More files are no pictures than may be skipped.</exception>
    public static float[] Of(ImageSet set, Size2D window)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set is PictureSet pictures ? OfPictures(pictures, ShapeOf(set, window)) : Of((ImageArray)set);
    }

    /// <summary>The mean of images in memory.</summary>
    /// <param name="set">The training set.</param>
    /// <returns>C·H·W means in 0–255, CHW: exact sums, divided once.</returns>
    public static float[] Of(ImageArray set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var sums = new long[set.Shape.ImageSize];
        for (int i = 0; i < set.Count; i++)
            Add(sums, set.Image(i));
        return Divide(sums, set.Count);
    }

    private static float[] OfPictures(PictureSet set, Shape shape)
    {
        // Sums of integers: the same in any order. What is no picture is told when all are read, in the set's order.
        var sums = new long[shape.ImageSize];
        var bad = new DataException?[set.Count];
        var window = new Size2D(shape.H, shape.W);
        Parallel.For(0, set.Count, new() { MaxDegreeOfParallelism = set.Options.Workers }, () => (Sums: new long[shape.ImageSize], Pixels: new byte[shape.ImageSize]), (i, _, own) =>
        {
            try
            {
                using var picture = set.Read(i);
                var (top, left, _) = TenCrop.At(TenCrop.Middle, picture.Size, window);
                picture.CopyWindow(top, left, window, set.Options.Channels, own.Pixels);
                Add(own.Sums, own.Pixels);
            }
            catch (DataException reason)
            {
                bad[i] = reason;
            }

            return own;
        }, own =>
        {
            lock (sums)
            {
                for (int p = 0; p < sums.Length; p++)
                    sums[p] += own.Sums[p];
            }
        });
        for (int i = 0; i < bad.Length; i++)
        {
            if (bad[i] is { } reason)
                set.Skip(i, reason);
        }

        return Divide(sums, Math.Max(1, bad.Count(reason => reason is null)));
    }

    private static void Add(long[] sums, ReadOnlySpan<byte> image)
    {
        for (int p = 0; p < image.Length; p++)
            sums[p] += image[p];
    }

    private static float[] Divide(long[] sums, int count) => Array.ConvertAll(sums, sum => (float)((double)sum / count));
}
