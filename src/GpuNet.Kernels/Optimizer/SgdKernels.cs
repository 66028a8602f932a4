using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>SGD with momentum for any device: one thread a weight.</summary>
internal static class SgdKernels
{
    public static void Update(Index1D i, ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay)
    {
        float g = dw[i] + decay * w[i];
        float velocity = momentum * v[i] + rate * g;
        v[i] = velocity;
        w[i] = w[i] - velocity;
    }

    public static void UpdateTorch(Index1D i, ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay)
    {
        float g = dw[i] + decay * w[i];
        float velocity = momentum * v[i] + g;
        v[i] = velocity;
        w[i] = w[i] - rate * velocity;
    }
}
