namespace GpuNet.Training.Data;

/// <summary>The mean image, which Caffe subtracts from every training and test image: one mean a channel and pixel position, over the training set.</summary>
public static class MeanImage
{
    /// <summary>The mean of a set's images.</summary>
    /// <param name="set">The training set.</param>
    /// <returns>C·H·W means in 0–255, CHW: exact sums, divided once.</returns>
    public static float[] Of(ImageSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var sums = new long[set.Shape.ImageSize];
        for (int i = 0; i < set.Count; i++)
        {
            ReadOnlySpan<byte> image = set.Image(i);
            for (int p = 0; p < image.Length; p++)
                sums[p] += image[p];
        }

        return Array.ConvertAll(sums, sum => (float)((double)sum / set.Count));
    }
}
