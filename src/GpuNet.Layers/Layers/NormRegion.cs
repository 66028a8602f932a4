namespace GpuNet.Layers;

/// <summary>The neighbours that local response normalisation sums squares over.</summary>
public enum NormRegion
{
    /// <summary>The same pixel in neighbouring channels: S = k + α/n·Σ x².</summary>
    AcrossChannels,

    /// <summary>An n×n square of the same channel: S = 1 + α·mean x²; k is not used.</summary>
    WithinChannel,
}
