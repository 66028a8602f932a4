using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>What is subtracted from an image, pixel by pixel.</summary>
/// <param name="Shape">The shape of an image, (1, C, H, W).</param>
/// <param name="Values">C·H·W values in 0–255, CHW.</param>
public sealed record ImageMean(Shape Shape, float[] Values);
