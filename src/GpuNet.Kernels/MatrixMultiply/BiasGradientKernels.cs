using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Sums over batch and pixels for any device: one group of threads a channel.</summary>
internal static class BiasGradientKernels
{
    /// <summary>The largest group; any power of two up to it will do.</summary>
    public const int LargestGroup = 256;

    /// <summary>db[c] = Σ over n and pixels of dy[n, c, pixel]. Explicitly grouped; the grid counts channels.</summary>
    public static void Sum(ArrayView<float> dy, ArrayView<float> db, int imageChannels, int plane, int batch)
    {
        var sums = SharedMemory.Allocate<float>(LargestGroup);
        int thread = Group.IdxX, channel = Grid.IdxX;
        float sum = 0f;
        for (int i = thread; i < batch * plane; i += Group.DimX)
        {
            int n = i / plane;
            sum += dy[(n * imageChannels + channel) * plane + (i - n * plane)];
        }
        sums[thread] = sum;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (thread < half)
                sums[thread] += sums[thread + half];
            Group.Barrier();
        }
        if (thread == 0)
            db[channel] = sums[0];
    }
}
