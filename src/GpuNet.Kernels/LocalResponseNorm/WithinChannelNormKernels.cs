using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Normalisation within channels for any device: one thread a value, which gathers from its window of pixels.</summary>
internal static class WithinChannelNormKernels
{
    public static void Forward(Index1D i, ArrayView<float> x, ArrayView<float> y, Shape shape, LocalResponseNormParameters parameters)
    {
        int row = i / shape.W;
        int h = row % shape.H;
        int w = i - row * shape.W;
        y[i] = ResponsePower.Scale(x[i], ScaleOf(x, i - h * shape.W - w, h, w, shape, parameters), parameters.Beta);
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters)
    {
        int half = parameters.Size - 1 >> 1;
        int row = i / shape.W;
        int h = row % shape.H;
        int w = i - row * shape.W;
        int start = i - h * shape.W - w;
        int left = IntrinsicMath.Max(w - half, 0), right = IntrinsicMath.Min(w + half, shape.W - 1);
        int bottom = IntrinsicMath.Min(h + half, shape.H - 1);
        float sum = 0f, own = 0f;
        for (int r = IntrinsicMath.Max(h - half, 0); r <= bottom; r++)
        {
            for (int c = left; c <= right; c++)
            {
                int j = start + r * shape.W + c;
                float s = ScaleOf(x, start, r, c, shape, parameters);
                float scaled = ResponsePower.Scale(dy[j], s, parameters.Beta);
                sum += scaled * x[j] / s;
                if (j == i)
                    own = scaled;
            }
        }
        float factor = 2f * parameters.Alpha * parameters.Beta / (parameters.Size * parameters.Size);
        dx[i] = mask.Of(own - factor * x[i] * sum, i);
    }

    // S of the pixel (h, w) of the plane that begins at start.
    private static float ScaleOf(ArrayView<float> x, int start, int h, int w, Shape shape, LocalResponseNormParameters parameters)
    {
        int half = parameters.Size - 1 >> 1;
        int left = IntrinsicMath.Max(w - half, 0), right = IntrinsicMath.Min(w + half, shape.W - 1);
        int bottom = IntrinsicMath.Min(h + half, shape.H - 1);
        float sum = 0f;
        for (int r = IntrinsicMath.Max(h - half, 0); r <= bottom; r++)
        {
            for (int c = left; c <= right; c++)
            {
                float value = x[start + r * shape.W + c];
                sum += value * value;
            }
        }
        return 1f + parameters.Alpha / (parameters.Size * parameters.Size) * sum;
    }
}
