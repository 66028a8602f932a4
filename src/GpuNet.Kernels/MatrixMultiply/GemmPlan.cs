namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>How <see cref="GemmKernels"/> spreads a product over a device.</summary>
/// <param name="Side">A group has Side × Side threads and computes a tile of 4·Side × 4·Side values.</param>
/// <param name="SplitDepth">Terms of a sum that one group adds up: all of them, unless the sums are split.</param>
internal readonly record struct GemmPlan(int Side, int SplitDepth)
{
    // Groups of threads that keep a multiprocessor busy.
    private const int GroupsPerMultiprocessor = 4;

    // A part of a sum shorter than this costs more to store and add up than it gains.
    private const int ShortestSplit = 64;

    private const int MostSplits = 1024;

    /// <summary>Takes large tiles where they fill the device, since they load less, and splits sums where even small ones do not.</summary>
    /// <param name="size">The product.</param>
    /// <param name="mayBeSplit">Whether the caller adds up parts of sums.</param>
    /// <param name="multiprocessors">Multiprocessors of the device.</param>
    /// <param name="largestGroup">Threads that a group of the device may have; 16 are needed.</param>
    public static GemmPlan For(GemmSize size, bool mayBeSplit, int multiprocessors, int largestGroup)
    {
        int wanted = GroupsPerMultiprocessor * multiprocessors;
        int side = GemmKernels.LargestSide;
        if (size.Rows <= 2 * side || size.Columns <= 2 * side || Tiles(size, side) < wanted)
            side = GemmKernels.LargestSide / 2;
        while (side * side > largestGroup && side > 4)
            side /= 2;

        int mostSplits = mayBeSplit ? Math.Clamp(size.Depth / ShortestSplit, 1, MostSplits) : 1;
        int splits = (int)Math.Clamp(wanted / Tiles(size, side), 1, mostSplits);
        return new GemmPlan(side, DivideUp(DivideUp(size.Depth, splits), side) * side);
    }

    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    public int Splits(GemmSize size) => DivideUp(size.Depth, SplitDepth);

    /// <summary>Tiles of all the products.</summary>
    public long Tiles(GemmSize size) => Tiles(size, Side);

    private static long Tiles(GemmSize size, int side) => (long)size.Groups * DivideUp(size.Rows, 4 * side) * DivideUp(size.Columns, 4 * side);

    private static int DivideUp(int value, int divisor) => (value - 1) / divisor + 1;
}
