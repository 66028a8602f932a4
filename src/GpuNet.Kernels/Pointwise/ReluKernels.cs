using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>ReLU for any device: one thread a value.</summary>
internal static class ReluKernels
{
    public static void Forward(Index1D i, ArrayView<float> x, ArrayView<float> y) => y[i] = x[i] < 0f ? 0f : x[i];

    public static void Backward(Index1D i, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx) => dx[i] = y[i] > 0f ? dy[i] : 0f;
}
