using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Images;

/// <summary>
/// Makes a batch from images that lie on the device as bytes: at each place a window of one of them, minus the same window of the mean image,
/// mirrored or not. So are Caffe's: the mean is that of the pixel's position in the whole image, and mirroring comes last.
/// </summary>
public sealed class ImageBatchOp
{
    private readonly ImageBatchGeometry geometry;
    private readonly Action<DeviceBytes, DeviceBytes, Tensor, Tensor, Tensor> gather;

    /// <summary>Checks the geometry and loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">Image, batch and window.</param>
    /// <exception cref="ShapeException">The geometry is impossible.</exception>
    public ImageBatchOp(DeviceSession session, ImageBatchGeometry geometry)
    {
        geometry.ThrowIfInvalid("image batch");
        this.geometry = geometry;
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<ImageBatchTile>(session);
            gather = (images, placements, mean, x, labels) =>
                tile.Run(new(geometry, images.View, placements.As<ImagePlacement>(), mean.View, x.View, labels.View));
        }
        else
        {
            var config = session.Limits.Flat((int)geometry.Output.Length);
            var kernel = session.Accelerator.LoadStreamKernel<
                ImageBatchGeometry, ArrayView<byte>, ArrayView<ImagePlacement>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ImageBatchKernels.Gather);
            gather = (images, placements, mean, x, labels) =>
                kernel(config, geometry, images.View, placements.As<ImagePlacement>(), mean.View, x.View, labels.View);
        }
    }

    /// <summary>x[n, c, h, w] = image[index, c, top + h, left + w′] − mean[c, top + h, left + w′], where w′ is w, or counts from the right if mirrored.</summary>
    /// <param name="images">The set: count·C·H·W bytes, NCHW.</param>
    /// <param name="placements">One <see cref="ImagePlacement"/> a place, as bytes; its index must lie below the set's count and its window within the image; a class index of up to 2²⁴.</param>
    /// <param name="mean">The mean image, (1, C, H, W).</param>
    /// <param name="x">Gets the batch, (N, C, window's rows, window's columns).</param>
    /// <param name="labels">Gets the class indices as floats, (N, 1, 1, 1); −1 at places without an image.</param>
    /// <exception cref="ShapeException">A shape or a length does not fit.</exception>
    public void Run(DeviceBytes images, DeviceBytes placements, Tensor mean, Tensor x, Tensor labels)
    {
        if (images.Length < 1 || images.Length % geometry.Image.Length != 0)
            throw new ShapeException($"image batch: {images.Length} bytes of images; there must be at least one image, and each of {geometry.Image} has {geometry.Image.Length} bytes. Pass whole images.");
        if (placements.Length != ImageBatchGeometry.PlacementBytes(geometry.Batch))
            throw new ShapeException($"image batch: {placements.Length} bytes of placements; a batch of {geometry.Batch} has {ImageBatchGeometry.PlacementBytes(geometry.Batch)}. Pass one placement for each place.");
        // A kernel reads a placement as integers.
        if (placements.Offset % sizeof(int) != 0)
            throw new ShapeException($"image batch: placements begin at byte {placements.Offset} of their buffer; it must be a multiple of {sizeof(int)}. Put them first.");
        ShapeException.ThrowUnless("image batch: mean", mean.Shape, geometry.Image);
        ShapeException.ThrowUnless("image batch: x", x.Shape, geometry.Output);
        ShapeException.ThrowUnless("image batch: labels", labels.Shape, geometry.Labels);
        gather(images, placements, mean, x, labels);
    }
}
