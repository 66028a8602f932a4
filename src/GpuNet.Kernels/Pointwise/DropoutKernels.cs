using GpuNet.Kernels.Random;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>
/// Dropout for any device: one thread four values, those that one block of random numbers decides on. Forward and backward are the same map; the
/// gradient of a ReLU and dropout in one is <see cref="ReluKernels.Backward"/>.
/// </summary>
internal static class DropoutKernels
{
    /// <summary>y = x · scale where the random number is at least the threshold, else 0. Explicitly grouped.</summary>
    public static void Mask(DropoutMask mask, ulong firstBlock, ArrayView<float> x, ArrayView<float> y, int quads)
    {
        int i = Grid.GlobalIndex.X, first = 4 * i, length = x.IntLength;
        // Not 4·i < length: behind the last value 4·i may have overflowed.
        if (i >= (int)((uint)(length + 3) >> 2))
            return;
        var numbers = Philox.Block(mask.Seed, mask.Stream, firstBlock + (ulong)i);
        if (i < quads)
        {
            var values = x.Cast<Quad>()[i];
            y.Cast<Quad>()[i] = new(mask.Of(values.V0, numbers.A), mask.Of(values.V1, numbers.B), mask.Of(values.V2, numbers.C), mask.Of(values.V3, numbers.D));
            return;
        }
        y[first] = mask.Of(x[first], numbers.A);
        if (first + 1 < length)
            y[first + 1] = mask.Of(x[first + 1], numbers.B);
        if (first + 2 < length)
            y[first + 2] = mask.Of(x[first + 2], numbers.C);
        if (first + 3 < length)
            y[first + 3] = mask.Of(x[first + 3], numbers.D);
    }
}
