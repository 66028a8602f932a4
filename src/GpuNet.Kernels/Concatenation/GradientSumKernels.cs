using GpuNet.Kernels.Pointwise;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>Sums of up to four tensors for any device: one thread a value. The number of terms is the same for all threads.</summary>
internal static class GradientSumKernels
{
    public static void Sum(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> d, ArrayView<float> result, ReluMask mask, int terms)
    {
        float sum = a[i];
        if (terms > 1)
            sum += b[i];
        if (terms > 2)
            sum += c[i];
        if (terms > 3)
            sum += d[i];
        result[i] = mask.Of(sum, i);
    }
}
