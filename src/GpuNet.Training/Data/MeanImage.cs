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
        return set is PictureSet pictures ? pictures.MeanOf(window) : Of((ImageArray)set);
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

    /// <summary>The middle of a mean image, where a network sees only the middle of images.</summary>
    /// <param name="mean">The mean image.</param>
    /// <param name="window">Rows and columns of a window.</param>
    /// <returns>C·rows·columns values.</returns>
    /// <exception cref="DataException">The mean image is smaller than the window.</exception>
    public static float[] MiddleOf(ImageMean mean, Size2D window)
    {
        ArgumentNullException.ThrowIfNull(mean);
        var image = mean.Shape;
        if (image.H < window.Height || image.W < window.Width)
            throw new DataException($"the mean image is {image}, but the network sees windows of {window}; it must cover them. Take the mean of the training set that goes with the weights.");
        var (top, left, _) = TenCrop.At(TenCrop.Middle, new Size2D(image.H, image.W), window);
        var middle = new float[image.C * window.Height * window.Width];
        for (int line = 0; line < image.C * window.Height; line++)
        {
            var (c, row) = Math.DivRem(line, window.Height);
            mean.Values.AsSpan((c * image.H + top + row) * image.W + left, window.Width).CopyTo(middle.AsSpan(line * window.Width));
        }

        return middle;
    }

    internal static void Add(long[] sums, ReadOnlySpan<byte> image)
    {
        for (int p = 0; p < image.Length; p++)
            sums[p] += image[p];
    }

    internal static float[] Divide(long[] sums, int count) => Array.ConvertAll(sums, sum => (float)((double)sum / count));
}
