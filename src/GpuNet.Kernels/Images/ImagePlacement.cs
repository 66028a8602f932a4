namespace GpuNet.Kernels.Images;

/// <summary>What stands at one place of a batch: an image of the set, its class, and which window of it.</summary>
/// <param name="Index">The image's index in the set; below 0 for a place that no image fills: its pixels are 0.</param>
/// <param name="Label">The image's class index; −1 for a place that no image fills, which nothing counts.</param>
/// <param name="Top">The window's first row.</param>
/// <param name="Left">The window's first column.</param>
/// <param name="Mirrored">1 if the window's columns are taken from right to left, otherwise 0.</param>
public readonly record struct ImagePlacement(int Index, int Label, int Top, int Left, int Mirrored)
{
    /// <summary>A place without an image.</summary>
    public static ImagePlacement Empty => new(-1, -1, 0, 0, 0);
}
