using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Models;

/// <summary>The check that a model's last pooling still finds something to pool, said in terms of the images rather than of the pooling.</summary>
internal static class SmallestImage
{
    /// <summary>Throws if the images are smaller than a model takes.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="side">Height and width of the smallest image that fits.</param>
    /// <param name="rule">What the images must be large enough for.</param>
    /// <exception cref="ShapeException">The height or the width is below <paramref name="side"/>.</exception>
    public static void ThrowIfBelow(string model, Shape input, int side, string rule)
    {
        if (input.H < side || input.W < side)
            throw new ShapeException($"{model}: images of {input.H}×{input.W} are too small; {rule}. The smallest that fit are {side}×{side}: raise the crop, or take larger images.");
    }
}
