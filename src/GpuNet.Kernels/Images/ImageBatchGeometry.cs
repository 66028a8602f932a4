using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Images;

/// <summary>A batch of windows of images.</summary>
/// <param name="Image">The shape of an image of the set, (1, C, H, W).</param>
/// <param name="Batch">Places of the batch.</param>
/// <param name="Window">The window of an image that stands at a place, H×W of the output; the image's own size for all of it.</param>
public readonly record struct ImageBatchGeometry(Shape Image, int Batch, Size2D Window)
{
    /// <summary>The batch's shape: (batch, C, rows and columns of the window).</summary>
    public Shape Output => new(Batch, Image.C, Window.Height, Window.Width);

    /// <summary>The labels' shape: (batch, 1, 1, 1).</summary>
    public Shape Labels => Shape.Matrix(Batch, 1);

    /// <summary>Bytes of a batch's placements.</summary>
    public static int PlacementBytes(int batch) => checked(batch * Unsafe.SizeOf<ImagePlacement>());

    /// <summary>Checks that the window lies within the image.</summary>
    /// <param name="who">The op, for the message.</param>
    /// <exception cref="ShapeException">The image is no single one, the batch is empty, the window is empty or larger than the image, or the batch has more
    /// than 2³¹ − 2¹⁶ values.</exception>
    public void ThrowIfInvalid(string who)
    {
        ShapeException.ThrowIfEmpty(who, Image);
        if (Image.N != 1)
            throw new ShapeException($"{who}: image {Image} is {Image.N} images; the shape must be that of one. Pass 1×C×H×W.");
        if (Window.Height < 1 || Window.Width < 1 || Window.Height > Image.H || Window.Width > Image.W)
            throw new ShapeException($"{who}: window {Window} of image {Image}; it must be at least 1×1 and at most {Image.H}×{Image.W}. Choose one within the image.");
        ShapeException.ThrowIfTooLong(who, Image, Image with { N = Batch, H = Window.Height, W = Window.Width });
        ShapeException.ThrowIfEmpty(who, Output);
    }
}
