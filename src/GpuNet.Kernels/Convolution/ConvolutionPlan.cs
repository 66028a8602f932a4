using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Convolution;

/// <summary>Which algorithm computes each pass of a convolution: the one place that chooses.</summary>
/// <param name="Forward">The forward pass.</param>
/// <param name="BackwardData">The gradient of the input.</param>
/// <param name="BackwardWeights">The gradient of the weights.</param>
internal sealed record ConvolutionPlan(PassPlan Forward, PassPlan BackwardData, PassPlan BackwardWeights)
{
    /// <summary>The plan as text.</summary>
    public ConvolutionChoice Choice => new(Forward.ToString(), BackwardData.ToString(), BackwardWeights.ToString());

    /// <summary>Chooses.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="options">What is allowed.</param>
    public static ConvolutionPlan For(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options)
    {
        if (!session.UsesTiles)
        {
            var gemm = new PassPlan(ConvolutionAlgorithm.ImplicitGemm, "a device without tiles");
            return new(gemm, gemm, gemm);
        }

        int outputImage = geometry.OutputIn(options.Window).ImageSize;
        return new(
            OfCorrelation(Correlation.Forward(geometry, outputImage), options),
            OfCorrelation(Correlation.BackwardData(geometry, outputImage), options),
            new(ConvolutionAlgorithm.Direct, "the only one for weights"));
    }

    private static PassPlan OfCorrelation(Correlation correlation, ConvolutionOptions options)
    {
        return new(ConvolutionAlgorithm.Direct, "todo");
    }
}
