using System.Numerics;
using GpuNet.Kernels.Devices;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>How a bias gradient's sums are spread over a device: a group has Lanes × Rows threads, and each sum Parts parts.</summary>
/// <param name="Lanes">Threads along a plane, or along channels where a plane is one pixel.</param>
/// <param name="Rows">Threads along the batch; a power of two.</param>
/// <param name="Groups">Groups of a part.</param>
/// <param name="Images">Images of a part.</param>
/// <param name="Parts">Parts of each sum, which a second launch adds up if there are several.</param>
internal readonly record struct BiasGradientPlan(int Lanes, int Rows, int Groups, int Images, int Parts)
{
    // A part with fewer terms a thread costs more to store and add up than it gains.
    private const int LeastTerms = 8;

    private const int MostParts = 1024;

    /// <summary>The launch.</summary>
    public KernelConfig Config => new(new Index2D(Groups, Parts), new Index2D(Lanes, Rows));

    /// <summary>For planes: one channel a group.</summary>
    /// <param name="limits">The device's.</param>
    /// <param name="channels">Sums.</param>
    /// <param name="plane">Values of an image that go into a sum.</param>
    /// <param name="batch">Images.</param>
    public static BiasGradientPlan OfPlanes(DeviceLimits limits, int channels, int plane, int batch)
    {
        int units = plane % 4 == 0 ? plane / 4 : plane;
        // A warp at most: longer planes take it several times, with fewer lanes idle at the end.
        int lanes = Math.Min(RoundDown(units), WarpOf(limits));
        return Of(limits, lanes, batch, LaunchPlan.DivideUp(units, lanes), channels);
    }

    /// <summary>For a matrix: neighbouring columns are neighbouring lanes.</summary>
    /// <param name="limits">The device's.</param>
    /// <param name="columns">Sums.</param>
    /// <param name="rows">Terms of a sum.</param>
    /// <param name="mayBeSplit">Whether a sum may have parts.</param>
    public static BiasGradientPlan OfRows(DeviceLimits limits, int columns, int rows, bool mayBeSplit)
    {
        int lanes = Math.Min(RoundDown(columns), WarpOf(limits));
        var plan = Of(limits, lanes, rows, 1, LaunchPlan.DivideUp(columns, lanes));
        return mayBeSplit ? plan : plan with { Images = rows, Parts = 1 };
    }

    private static BiasGradientPlan Of(DeviceLimits limits, int lanes, int batch, int termsOfAnImage, int groups)
    {
        int rows = Math.Min(limits.TreeGroupOf() / lanes, RoundDown(batch));
        int wanted = LaunchPlan.DivideUp(limits.Multiprocessors * LaunchPlan.GroupsPerMultiprocessor, groups);
        long mostParts = Math.Min((long)batch * termsOfAnImage / (LeastTerms * rows), MostParts);
        int parts = (int)Math.Clamp(wanted, 1, Math.Max(mostParts, 1));
        int images = LaunchPlan.DivideUp(LaunchPlan.DivideUp(batch, parts), rows) * rows;
        return new(lanes, rows, groups, images, LaunchPlan.DivideUp(batch, images));
    }

    private static int WarpOf(DeviceLimits limits) => limits.TreeGroupOf(limits.WarpSize);

    private static int RoundDown(int value) => 1 << BitOperations.Log2((uint)value);
}
