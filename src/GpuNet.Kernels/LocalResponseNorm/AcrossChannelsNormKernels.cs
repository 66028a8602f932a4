using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Normalisation across channels for any device: one thread a value, which gathers from its window of channels.</summary>
internal static class AcrossChannelsNormKernels
{
    public static void Forward(Index1D i, ArrayView<float> x, ArrayView<float> y, Shape shape, LocalResponseNormParameters parameters)
    {
        int plane = shape.H * shape.W;
        int channel = i / plane % shape.C;
        y[i] = ResponsePower.Scale(x[i], ScaleOf(x, i - channel * plane, channel, plane, shape.C, parameters), parameters.Beta);
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters)
    {
        int plane = shape.H * shape.W;
        int channel = i / plane % shape.C;
        int first = IntrinsicMath.Max(channel - (parameters.Size - 1 >> 1), 0);
        int last = IntrinsicMath.Min(channel + (parameters.Size - 1 >> 1), shape.C - 1);
        int start = i - channel * plane;
        float sum = 0f, own = 0f;
        for (int c = first; c <= last; c++)
        {
            int j = start + c * plane;
            float s = ScaleOf(x, start, c, plane, shape.C, parameters);
            float scaled = ResponsePower.Scale(dy[j], s, parameters.Beta);
            sum += scaled * x[j] / s;
            if (c == channel)
                own = scaled;
        }
        float factor = 2f * parameters.Alpha * parameters.Beta / parameters.Size;
        dx[i] = mask.Of(own - factor * x[i] * sum, i);
    }

    // S of a channel at the pixel that begins at start in channel 0.
    private static float ScaleOf(ArrayView<float> x, int start, int channel, int plane, int channels, LocalResponseNormParameters parameters)
    {
        int first = IntrinsicMath.Max(channel - (parameters.Size - 1 >> 1), 0);
        int last = IntrinsicMath.Min(channel + (parameters.Size - 1 >> 1), channels - 1);
        float sum = 0f;
        for (int c = first; c <= last; c++)
        {
            float value = x[start + c * plane];
            sum += value * value;
        }
        return parameters.K + parameters.Alpha / parameters.Size * sum;
    }
}
