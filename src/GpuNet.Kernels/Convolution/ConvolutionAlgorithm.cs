namespace GpuNet.Kernels.Convolution;

/// <summary>How one pass of a convolution is computed.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>A matrix multiply that finds its operands in the tensors: portable devices.</summary>
    ImplicitGemm,

    /// <summary>Register tiles over the images with output channels in the lanes, every product computed: <see cref="CorrelationTile"/>,
    /// <see cref="WeightGradientTile"/>.</summary>
    Direct,

    /// <summary>The same with pixels in the lanes: <see cref="PixelLanesTile"/>.</summary>
    PixelLanes,

    /// <summary><see cref="Winograd.Winograd2"/>.</summary>
    Winograd2,

    /// <summary><see cref="Winograd.Winograd4"/>.</summary>
    Winograd4,

    /// <summary><see cref="Winograd.Winograd2Of5"/>.</summary>
    Winograd2Of5,
}
