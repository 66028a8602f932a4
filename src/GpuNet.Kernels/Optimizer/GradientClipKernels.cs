using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Reductions;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// The norm of all gradients, and their scaling by it, for any device, explicitly grouped. Units are those of a <see cref="QuadPlan"/>: quads, then single
/// values. The order of the sum is fixed by the plan: each thread's own terms, the group's tree, then the groups' sums in the same way.
/// </summary>
internal static class GradientClipKernels
{
    // The bits of infinity; those of a number that is not negative rise with it.
    private const int InfinityBits = 0x7F80_0000;

    /// <summary>Σ x² over the units of each group, side by side, to place first + group.</summary>
    public static void SumSquares(ArrayView<float> values, ArrayView<float> sums, int first, int quads, int unitsOfAGroup)
    {
        var room = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        int begin = Grid.IdxX * unitsOfAGroup, end = begin + Math.Min(unitsOfAGroup, values.IntLength - 3 * quads - begin);
        float sum = 0f;
        for (int unit = begin + Group.IdxX; unit < end; unit += Group.DimX)
        {
            if (unit < quads)
            {
                var quad = values.Cast<Quad>()[unit];
                sum += quad.V0 * quad.V0 + quad.V1 * quad.V1 + (quad.V2 * quad.V2 + quad.V3 * quad.V3);
            }
            else
            {
                float value = values[unit + 3 * quads];
                sum += value * value;
            }
        }
        sum = GroupTree.Reduce<float, Sum>(room, Group.IdxX, Group.IdxX, Group.DimX, sum);
        if (Group.IdxX == 0)
            sums[first + Grid.IdxX] = sum;
    }

    /// <summary>What the gradients are multiplied by: most / norm if the norm is above it and finite, otherwise 1. One group.</summary>
    public static void Factor(ArrayView<float> sums, float most, ArrayView<float> factor)
    {
        var room = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        float sum = 0f;
        for (int i = Group.IdxX; i < sums.IntLength; i += Group.DimX)
            sum += sums[i];
        sum = GroupTree.Reduce<float, Sum>(room, Group.IdxX, Group.IdxX, Group.DimX, sum);
        if (Group.IdxX != 0)
            return;
        float norm = MathF.Sqrt(sum);
        // As integers: ILGPU's OpenCL backend drops the "or unordered" of negated comparisons, and a NaN would slip through.
        int bits = (int)Interop.FloatAsInt(norm);
        factor[0] = bits > (int)Interop.FloatAsInt(most) && bits < InfinityBits ? most / norm : 1f;
    }

    /// <summary>Multiplies by the factor, in place; touches nothing where it is 1.</summary>
    public static void Scale(ArrayView<float> values, ArrayView<float> factor, int quads)
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        float scale = factor[0];
        if (scale == 1f)
            return;
        if (i < quads)
        {
            var quad = values.Cast<Quad>()[i];
            values.Cast<Quad>()[i] = new(quad.V0 * scale, quad.V1 * scale, quad.V2 * scale, quad.V3 * scale);
        }
        else if (last < values.IntLength)
        {
            values[last] *= scale;
        }
    }
}
