namespace GpuNet.Kernels.Convolution;

/// <summary>How one pass is computed, and why.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Reason">Why, in a few words.</param>
internal readonly record struct PassPlan(ConvolutionAlgorithm Algorithm, string Reason)
{
    /// <summary>Reads as <c>direct: 1×1 filter</c>.</summary>
    public override string ToString() => $"{Name}: {Reason}";

    private string Name => Algorithm switch
    {
        ConvolutionAlgorithm.Winograd2 => "Winograd F(2×2, 3×3)",
        ConvolutionAlgorithm.Winograd4 => "Winograd F(4×4, 3×3)",
        ConvolutionAlgorithm.Winograd2Of5 => "Winograd F(2×2, 5×5)",
        ConvolutionAlgorithm.ImplicitGemm => "implicit matrix multiply",
        ConvolutionAlgorithm.PixelLanes => "direct, pixels in the lanes",
        _ => "direct",
    };
}
