using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Normalisation across channels for any device: one thread a value, which gathers from its window of channels.</summary>
internal static class AcrossChannelsNormKernels
{
    public static void Forward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, Shape shape, LocalResponseNormParameters parameters)
    {
        int plane = shape.H * shape.W;
        int channel = i / plane % shape.C;
        int first = IntrinsicMath.Max(channel - (parameters.Size - 1 >> 1), 0);
        int last = IntrinsicMath.Min(channel + (parameters.Size - 1 >> 1), shape.C - 1);
        int start = i - channel * plane;
        float sum = 0f;
        for (int c = first; c <= last; c++)
        {
            float value = x[start + c * plane];
            sum += value * value;
        }
        float s = parameters.K + parameters.Alpha / parameters.Size * sum;
        scale[i] = s;
        y[i] = ResponsePower.Scale(x[i], s, parameters.Beta);
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters)
    {
        int plane = shape.H * shape.W;
        int channel = i / plane % shape.C;
        int first = IntrinsicMath.Max(channel - (parameters.Size - 1 >> 1), 0);
        int last = IntrinsicMath.Min(channel + (parameters.Size - 1 >> 1), shape.C - 1);
        int start = i - channel * plane;
        float sum = 0f;
        for (int c = first; c <= last; c++)
        {
            int j = start + c * plane;
            sum += dy[j] * y[j] / scale[j];
        }
        float factor = 2f * parameters.Alpha * parameters.Beta / parameters.Size;
        dx[i] = mask.Of(ResponsePower.Scale(dy[i], scale[i], parameters.Beta) - factor * x[i] * sum, i);
    }
}
