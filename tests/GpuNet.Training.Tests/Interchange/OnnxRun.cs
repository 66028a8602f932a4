using GpuNet.Kernels.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GpuNet.Training.Tests.Interchange;

/// <summary>Runs an ONNX file with Microsoft.ML.OnnxRuntime.</summary>
internal static class OnnxRun
{
    /// <summary>The logits of a batch.</summary>
    public static float[] Logits(string path, Shape shape, float[] images)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(path, options);
        var input = new DenseTensor<float>(images, [shape.N, shape.C, shape.H, shape.W]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("input", input)]);
        return [.. outputs.Single(output => output.Name == "logits").AsEnumerable<float>()];
    }
}
