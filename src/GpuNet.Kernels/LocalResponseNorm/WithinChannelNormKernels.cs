using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Normalisation within channels for any device: one thread a value, which gathers from its window of pixels.</summary>
internal static class WithinChannelNormKernels
{
    public static void Forward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, Shape shape, LocalResponseNormParameters parameters)
    {
        int half = parameters.Size - 1 >> 1;
        int row = i / shape.W;
        int h = row % shape.H;
        int w = i - row * shape.W;
        int start = i - h * shape.W - w;
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
        float s = 1f + parameters.Alpha / (parameters.Size * parameters.Size) * sum;
        scale[i] = s;
        y[i] = ResponsePower.Scale(x[i], s, parameters.Beta);
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters)
    {
        int half = parameters.Size - 1 >> 1;
        int row = i / shape.W;
        int h = row % shape.H;
        int w = i - row * shape.W;
        int start = i - h * shape.W - w;
        int left = IntrinsicMath.Max(w - half, 0), right = IntrinsicMath.Min(w + half, shape.W - 1);
        int bottom = IntrinsicMath.Min(h + half, shape.H - 1);
        float sum = 0f;
        for (int r = IntrinsicMath.Max(h - half, 0); r <= bottom; r++)
        {
            for (int c = left; c <= right; c++)
            {
                int j = start + r * shape.W + c;
                sum += dy[j] * y[j] / scale[j];
            }
        }
        float factor = 2f * parameters.Alpha * parameters.Beta / (parameters.Size * parameters.Size);
        dx[i] = mask.Of(ResponsePower.Scale(dy[i], scale[i], parameters.Beta) - factor * x[i] * sum, i);
    }
}
