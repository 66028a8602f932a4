using System.Numerics;
using ILGPU;

namespace GpuNet.Kernels.Devices;

/// <summary>Sizes of groups and grids for the portable kernels, from the device's limits. What may be long counts along X of a grid: the other axes end at 65535 groups on CUDA.</summary>
internal static class LaunchPlan
{
    /// <summary>Threads of a group where the device allows as many: enough warps to hide the memory's latency, and eight groups fill a multiprocessor.</summary>
    public const int UsualGroup = 256;

    /// <summary>Groups a multiprocessor that keep it busy.</summary>
    public const int GroupsPerMultiprocessor = 8;

    /// <summary>The largest group up to a size: whole warps, or part of one where the device allows no more.</summary>
    public static int GroupOf(this DeviceLimits limits, int most = UsualGroup)
    {
        int size = Math.Min(limits.GroupSize, most);
        return size < limits.WarpSize ? size : size - size % limits.WarpSize;
    }

    /// <summary>The largest group up to a size that a tree can halve down to one thread.</summary>
    public static int TreeGroupOf(this DeviceLimits limits, int most = UsualGroup) => 1 << BitOperations.Log2((uint)Math.Min(limits.GroupSize, most));

    /// <summary>A launch of at least so many threads, in groups of whole warps. The last group may reach past the end.</summary>
    public static KernelConfig Flat(this DeviceLimits limits, int threads)
    {
        int group = limits.GroupOf();
        if (threads < group)
            group = Math.Min(DivideUp(threads, limits.WarpSize) * limits.WarpSize, group);
        return new KernelConfig(DivideUp(threads, group), group);
    }

    /// <summary>⌈value / divisor⌉ of positive numbers.</summary>
    public static int DivideUp(int value, int divisor) => (value - 1) / divisor + 1;
}
