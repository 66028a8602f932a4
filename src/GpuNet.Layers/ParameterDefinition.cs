using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>A parameter that a layer asks for.</summary>
/// <param name="Name">Its name within the layer: <c>weights</c>, <c>bias</c>.</param>
/// <param name="Shape">Its shape; for weights (outputs, inputs per group, height, width).</param>
/// <param name="Options">How it starts and learns.</param>
public sealed record ParameterDefinition(string Name, Shape Shape, ParameterOptions Options)
{
    /// <summary>The usual two: weights, then the bias if there is one.</summary>
    /// <param name="weights">Shape of the weights.</param>
    /// <param name="weightOptions">How they start and learn.</param>
    /// <param name="bias">Shape of the bias.</param>
    /// <param name="biasOptions">How it starts and learns; null for a layer without a bias.</param>
    /// <returns>One or two definitions.</returns>
    public static IReadOnlyList<ParameterDefinition> WeightsAndBias(Shape weights, ParameterOptions weightOptions, Shape bias, ParameterOptions? biasOptions) =>
        biasOptions is null
            ? [new("weights", weights, weightOptions)]
            : [new("weights", weights, weightOptions), new("bias", bias, biasOptions)];
}
