using GpuNet.Kernels.Devices;
using ILGPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// A launch over values that a thread takes four of, as one <see cref="Quad"/>, where every view allows it. Thread i &lt; <see cref="Quads"/> takes
/// quad i, and each thread behind takes value i + 3·Quads if there is one: those of the tail, or all where a view starts between quads.
/// </summary>
/// <param name="Config">The launch.</param>
/// <param name="Quads">Quads that are loaded and stored at once; 0 where a view is not aligned.</param>
internal readonly record struct QuadPlan(KernelConfig Config, int Quads)
{
    private const int Values = 4;

    /// <summary>Plans a launch.</summary>
    /// <param name="limits">The device's.</param>
    /// <param name="length">Values of each view; at least 1.</param>
    /// <param name="views">What the kernel reads and writes.</param>
    public static QuadPlan Of(DeviceLimits limits, int length, params ReadOnlySpan<ArrayView<float>> views)
    {
        int quads = AreAligned(views) ? length / Values : 0;
        return new(limits.Flat(length - (Values - 1) * quads), quads);
    }

    /// <summary>Whether each view may be cast to <see cref="Quad"/>.</summary>
    public static bool AreAligned(params ReadOnlySpan<ArrayView<float>> views)
    {
        foreach (var view in views)
        {
            if (!Tensors.Quads.IsAligned(view))
                return false;
        }
        return true;
    }
}
