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

    /// <summary>
    /// Whether filters of 3×3 and 5×5 with stride 1 may be computed by Winograd's algorithm on the CPU, where that is faster: up to 4 times fewer products.
    /// Its sums are nine times shorter (25 times for 5×5), and their rounding errors come out up to 5/3 times larger by F(2×2, 3×3), 57/8 times by F(4×4, 3×3) and
    /// 221/40 times by F(2×2, 5×5): over 256 channels of 3×3 the error is 0.6 and 1.8 times that of the direct sum, 5e-7 and 1.5e-6 of the outputs. A value that is not finite, or so large that a transform overflows,
    /// spreads over the outputs of its tile, where direct sums would keep it to the windows that cover it.
    /// </summary>
    public bool AllowWinograd { get; init; } = true;
}
