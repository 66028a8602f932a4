using ILGPU.Util;

namespace GpuNet.Kernels.Convolution;

/// <summary>The kind of place for any filter: coordinates, whose sums lie in the image or not.</summary>
/// <param name="Offset">Part of the offset.</param>
/// <param name="Y">Part of the row.</param>
/// <param name="X">Part of the column.</param>
/// <param name="Unused">Fills 16 bytes, which are loaded at once.</param>
internal readonly record struct RangedPlace(int Offset, int Y, int X, int Unused) : IPlace<RangedPlace>
{
    // Below every coordinate's negative.
    private const int Nowhere = int.MinValue;

    public static RangedPlace Outside => new(0, Nowhere, Nowhere, 0);

    public static RangedPlace Pixel(WindowAxis vertical, int i, WindowAxis horizontal, int j, int offset) =>
        new(offset, vertical.PixelCode(i), horizontal.PixelCode(j), 0);

    public static RangedPlace Tap(WindowAxis vertical, int r, WindowAxis horizontal, int s, int offset) =>
        new(offset, vertical.TapCode(r), horizontal.TapCode(s), 0);

    public RangedPlace Moved(int by) => new(Offset + by, Y, X, 0);

    public RangedPlace OutsideUnless(bool condition) => new(Offset, Utilities.Select(condition, Y, Nowhere), X, 0);

    public bool Meets(RangedPlace other, WindowSizes sizes) => (uint)(Y + other.Y) < (uint)sizes.Height & (uint)(X + other.X) < (uint)sizes.Width;
}
