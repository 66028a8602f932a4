using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>The ten windows of an image that ten-crop evaluation averages over: the four corners and the middle, and the same mirrored (Krizhevsky,
/// Sutskever and Hinton, 2012). Pure functions of sizes.</summary>
internal static class TenCrop
{
    /// <summary>Windows of an image.</summary>
    public const int Views = 10;

    /// <summary>The view in the middle, not mirrored.</summary>
    public const int Middle = 4;

    // The corners come first: bit 0 says right, bit 1 bottom.
    private const int Places = 5;

    /// <summary>Where a window lies, and whether it is mirrored.</summary>
    /// <param name="view">Which, from 0: top left, top right, bottom left, bottom right, middle, then the same mirrored.</param>
    /// <param name="image">Rows and columns of the image.</param>
    /// <param name="window">Rows and columns of a window.</param>
    /// <returns>The window's first row and column, and 1 if its columns are taken from right to left, otherwise 0.</returns>
    public static (int Top, int Left, int Mirrored) At(int view, Size2D image, Size2D window)
    {
        int place = view % Places, down = image.Height - window.Height, right = image.Width - window.Width;
        var (top, left) = place == Middle ? (down / 2, right / 2) : ((place >> 1) * down, (place & 1) * right);
        return (top, left, view / Places);
    }
}
