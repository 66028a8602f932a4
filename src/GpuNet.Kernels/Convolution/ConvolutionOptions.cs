namespace GpuNet.Kernels.Convolution;

/// <summary>What a <see cref="ConvolutionOp"/> does beside convolving, and how it may go about it.</summary>
public sealed record ConvolutionOptions
{
    /// <summary>A plain convolution, by whatever algorithm is fastest.</summary>
    public static ConvolutionOptions Default { get; } = new();

    /// <summary>Whether y goes through a rectifier on its way to memory: y = max(…, 0). The op's gradients do not: they take dy as the gradient of what the
    /// rectifier reads.</summary>
    public bool Rectify { get; init; }

    /// <summary>The channels of a wider tensor that y and dy are; null if they are tensors of their own. The wider tensor is what the op is given, and it
    /// touches no other channel of it.</summary>
    public ChannelWindow? Window { get; init; }

    /// <summary>Whether 3×3 filters may be computed by Winograd's algorithm, which saves more than half of the products and rounds a little differently.</summary>
    public bool AllowWinograd { get; init; } = true;
}
