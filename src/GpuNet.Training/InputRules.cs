using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training;

/// <summary>What a network sees of images.</summary>
internal static class InputRules
{
    /// <summary>What a network sees of one of a set's images: all of it, or a square window.</summary>
    /// <param name="set">The images.</param>
    /// <param name="crop">Side of the window; null for whole images.</param>
    /// <returns>The shape of what it sees, (1, C, H, W).</returns>
    /// <exception cref="TrainingException">The window does not lie within the image.</exception>
    public static Shape InputOf(ImageSet set, int? crop)
    {
        if (crop is not { } side)
            return set.Shape;
        var image = set.Shape;
        int most = Math.Min(image.H, image.W);
        if (side < 1 || side > most)
            throw new TrainingException($"the crop is {side}, but {set.Name} has images of {image.H}×{image.W}; a square of that side must lie within them. Choose a crop from 1 to {most} (--crop).");
        return image with { H = side, W = side };
    }

    internal static void ThrowUnlessFits(Network network, ImageSet set, int? crop)
    {
        var (input, made) = (InputOf(set, crop), network.Input.Shape.WithBatch(1));
        if (made != input)
            throw new TrainingException($"{set.Name}: images are {set.Shape}{(crop is null ? "" : $", cropped to {input}")}, but the network was made for {made}. Build the model for these images{(crop is null ? "" : ", or choose another --crop")}.");
        if (network.Classes < set.Classes)
            throw new TrainingException($"{set.Name}: the set has {set.Classes} classes, but the network has {network.Classes}. Build the model for that many.");
    }
}
