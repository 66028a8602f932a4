using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.References;

/// <summary>A batch of windows of images by its definition, pixel by pixel.</summary>
public static class ImageBatchReference
{
    /// <summary>The pixels: image minus mean at the same place of the whole image, from the right if mirrored, 0 where no image is.</summary>
    /// <param name="g">Image, batch and window.</param>
    /// <param name="images">The set's bytes, NCHW.</param>
    /// <param name="mean">The mean image.</param>
    /// <param name="placements">What stands at each place.</param>
    /// <returns>x, which float32 holds after one rounding.</returns>
    public static double[] Pixels(ImageBatchGeometry g, byte[] images, double[] mean, IReadOnlyList<ImagePlacement> placements)
    {
        Shape image = g.Image, output = g.Output;
        var x = new double[output.Length];
        int i = 0;
        for (int n = 0; n < output.N; n++)
            for (int c = 0; c < output.C; c++)
                for (int h = 0; h < output.H; h++)
                    for (int w = 0; w < output.W; w++, i++)
                    {
                        var place = placements[n];
                        int column = place.Left + (place.Mirrored != 0 ? output.W - 1 - w : w);
                        int pixel = (c * image.H + place.Top + h) * image.W + column;
                        x[i] = place.Index < 0 ? 0 : (float)(images[place.Index * image.ImageSize + pixel] - mean[pixel]);
                    }
        return x;
    }

    /// <summary>The labels: each image's class, −1 where no image is, as the placements say.</summary>
    /// <param name="placements">What stands at each place.</param>
    /// <returns>One label a place.</returns>
    public static double[] Labels(IReadOnlyList<ImagePlacement> placements) =>
        [.. placements.Select(place => (double)place.Label)];
}
