using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>Labelled images of one shape, held in memory as bytes 0–255 in NCHW order. Immutable.</summary>
public sealed class ImageArray : ImageSet
{
    private readonly byte[] pixels;
    private readonly byte[] labels;

    /// <summary>Takes over pixels and labels, which the caller must not change afterwards.</summary>
    /// <param name="name">What messages call the set, such as <c>"cifar10 train"</c>.</param>
    /// <param name="image">The shape of one image: (1, C, H, W).</param>
    /// <param name="pixels">count·C·H·W bytes, NCHW.</param>
    /// <param name="labels">One class index an image.</param>
    /// <param name="classNames">The classes' names; a label is an index into them.</param>
    /// <exception cref="DataException">No images, an image shape that is not (1, C, H, W), a pixel count that does not fit, or a label without a class.</exception>
    public ImageArray(string name, Shape image, byte[] pixels, byte[] labels, IReadOnlyList<string> classNames) : base(name, image, classNames)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0)
            throw new DataException($"{name}: the set has no images; training and evaluation need at least one.");
        if (pixels.Length != labels.Length * image.Length)
            throw new DataException($"{name}: {pixels.Length} pixels for {labels.Length} labels, but images of {image} need {labels.Length * image.Length}. Give as many images as labels.");
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classNames.Count)
                throw new DataException($"{name}: image {i} has label {labels[i]}, but the set has {classNames.Count} classes, so labels run from 0 to {classNames.Count - 1}. Repair the label or name the class.");
        }

        this.pixels = pixels;
        this.labels = labels;
    }

    /// <summary>The number of images.</summary>
    public override int Count => labels.Length;

    /// <summary>All bytes, NCHW; nobody may change them.</summary>
    internal byte[] Pixels => pixels;

    /// <summary>One image's bytes, CHW.</summary>
    /// <param name="i">Which image, from 0.</param>
    /// <returns>C·H·W bytes.</returns>
    public ReadOnlySpan<byte> Image(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Count, nameof(i));
        return pixels.AsSpan(i * Shape.ImageSize, Shape.ImageSize);
    }

    /// <summary>One image's class index.</summary>
    /// <param name="i">Which image, from 0.</param>
    /// <returns>The label, below <see cref="ImageSet.Classes"/>.</returns>
    public override int Label(int i) => labels[i];
}
