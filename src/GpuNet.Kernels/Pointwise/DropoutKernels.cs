using GpuNet.Kernels.Random;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>Dropout for any device: one thread four values, those that one block of random numbers decides on. Forward and backward are the same map, unless a ReLU is done with it.</summary>
internal static class DropoutKernels
{
    /// <summary>y = x · scale where the random number is at least the threshold, else 0.</summary>
    public static void Mask(
        Index1D i, ulong seed, ulong stream, ulong firstBlock, uint threshold, float scale, ArrayView<float> x, ArrayView<float> y)
    {
        var numbers = Philox.Block(seed, stream, firstBlock + (ulong)i.X);
        int first = 4 * i.X, length = x.IntLength;
        y[first] = numbers.A < threshold ? 0f : x[first] * scale;
        if (first + 1 < length)
            y[first + 1] = numbers.B < threshold ? 0f : x[first + 1] * scale;
        if (first + 2 < length)
            y[first + 2] = numbers.C < threshold ? 0f : x[first + 2] * scale;
        if (first + 3 < length)
            y[first + 3] = numbers.D < threshold ? 0f : x[first + 3] * scale;
    }

    /// <summary>dx = dy · scale where y is above 0, else 0.</summary>
    public static void BackwardOfPositive(Index1D i, float scale, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx) =>
        dx[i] = y[i] > 0f ? dy[i] * scale : 0f;
}
