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
            var values = x.Cast<Float4>()[i];
            y.Cast<Float4>()[i] = new(Positive(values.X), Positive(values.Y), Positive(values.Z), Positive(values.W));
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
            Float4 outputs = y.Cast<Float4>()[i], gradients = dy.Cast<Float4>()[i];
            dx.Cast<Float4>()[i] = new(
                Gradient(outputs.X, gradients.X, scale), Gradient(outputs.Y, gradients.Y, scale),
                Gradient(outputs.Z, gradients.Z, scale), Gradient(outputs.W, gradients.W, scale));
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
