using ILGPU;

namespace GpuNet.Kernels.Images;

/// <summary>Batches of images for any device, explicitly grouped: one thread a pixel of the batch, in the order of its memory, so that a warp reads and writes rows.</summary>
internal static class ImageBatchKernels
{
    public static void Gather(
        ImageBatchGeometry geometry, ArrayView<byte> images, ArrayView<ImagePlacement> placements, ArrayView<float> mean, ArrayView<float> x, ArrayView<float> labels)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= x.Length)
            return;
        int width = geometry.Window.Width, height = geometry.Window.Height, channels = geometry.Image.C;
        int row = i / width, plane = row / height, n = plane / channels;
        int w = i - row * width, h = row - plane * height, c = plane - n * channels;
        var place = placements[n];
        if (w + h + c == 0)
            labels[n] = place.Label;
        if (place.Index < 0)
        {
            x[i] = 0f;
            return;
        }

        // The mean belongs to the image's pixel, whatever column of the batch that comes to.
        int column = place.Mirrored != 0 ? width - 1 - w : w;
        int pixel = (c * geometry.Image.H + place.Top + h) * geometry.Image.W + place.Left + column;
        // In 64 bits: a set may have more bytes than an op's tensor may have values.
        long image = (long)place.Index * geometry.Image.ImageSize;
        x[i] = images[image + pixel] - mean[pixel];
    }
}
