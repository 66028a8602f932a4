using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>
/// Sums of up to four tensors for any device: one thread a quad, or a value (<see cref="QuadPlan"/>). The number of terms is the same for all
/// threads. Explicitly grouped.
/// </summary>
internal static class GradientSumKernels
{
    public static void Sum(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> d, ArrayView<float> result, ReluMask mask, int terms, int quads)
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            var sum = a.Cast<Quad>()[i];
            if (terms > 1)
                sum = Reductions.Sum.Of(sum, b.Cast<Quad>()[i]);
            if (terms > 2)
                sum = Reductions.Sum.Of(sum, c.Cast<Quad>()[i]);
            if (terms > 3)
                sum = Reductions.Sum.Of(sum, d.Cast<Quad>()[i]);
            result.Cast<Quad>()[i] = mask.Of(sum, i);
        }
        else if (last < result.IntLength)
        {
            float sum = a[last];
            if (terms > 1)
                sum += b[last];
            if (terms > 2)
                sum += c[last];
            if (terms > 3)
                sum += d[last];
            result[last] = mask.Of(sum, last);
        }
    }
}
