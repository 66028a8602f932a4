using ILGPU.Util;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// The cheaper kind of place, for filters whose height and width are 31 together at most: a bit for each row and each column of the filter. A tap has the
/// bits of its row and column, a pixel those of the rows and columns that lie outside.
/// </summary>
/// <param name="Offset">Part of the offset.</param>
/// <param name="Bits">The bits; the highest is set in every pixel, and in taps that lie nowhere.</param>
internal readonly record struct MaskedPlace(int Offset, int Bits) : IPlace<MaskedPlace>
{
    private const int NowhereBit = 31;

    public static MaskedPlace Outside => new(0, 1 << NowhereBit);

    /// <summary>Whether there are enough bits for a filter.</summary>
    public static bool Holds(Tensors.Size2D filter) => (long)filter.Height + filter.Width <= NowhereBit;

    public static MaskedPlace Pixel(WindowAxis vertical, int i, WindowAxis horizontal, int j, int offset)
    {
        int bits = 1 << NowhereBit;
        for (int r = 0; r < vertical.Taps; r++)
            bits |= vertical.Meet(i, r) ? 0 : 1 << r;
        for (int s = 0; s < horizontal.Taps; s++)
            bits |= horizontal.Meet(j, s) ? 0 : 1 << vertical.Taps + s;
        return new(offset, bits);
    }

    public static MaskedPlace Tap(WindowAxis vertical, int r, WindowAxis horizontal, int s, int offset) => new(offset, 1 << r | 1 << vertical.Taps + s);

    public MaskedPlace Moved(int by) => new(Offset + by, Bits);

    public MaskedPlace OutsideUnless(bool condition) => new(Offset, Utilities.Select(condition, Bits, -1));

    public bool Meets(MaskedPlace other, WindowSizes sizes) => (Bits & other.Bits) == 0;
}
