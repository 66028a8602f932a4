using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>ReLU for any device: one thread a quad, or a value (<see cref="QuadPlan"/>). Explicitly grouped.</summary>
internal static class ReluKernels
{
    public static void Forward(ArrayView<float> x, ArrayView<float> y, int quads)
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            var values = x.Cast<Quad>()[i];
            y.Cast<Quad>()[i] = new(Positive(values.V0), Positive(values.V1), Positive(values.V2), Positive(values.V3));
        }
        else if (last < x.IntLength)
        {
            y[last] = Positive(x[last]);
        }
    }

    /// <summary>dx = dy · scale where y is above 0, else 0. Also the gradient of ReLU and dropout in one; ReLU's own scale is 1.</summary>
    public static void Backward(float scale, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int quads)
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            Quad outputs = y.Cast<Quad>()[i], gradients = dy.Cast<Quad>()[i];
            dx.Cast<Quad>()[i] = new(
                Gradient(outputs.V0, gradients.V0, scale), Gradient(outputs.V1, gradients.V1, scale),
                Gradient(outputs.V2, gradients.V2, scale), Gradient(outputs.V3, gradients.V3, scale));
        }
        else if (last < y.IntLength)
        {
            dx[last] = Gradient(y[last], dy[last], scale);
        }
    }

    // A NaN is not below 0.
    private static float Positive(float x) => x < 0f ? 0f : x;

    private static float Gradient(float y, float dy, float scale) => y > 0f ? dy * scale : 0f;
}
