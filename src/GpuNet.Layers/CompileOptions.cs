namespace GpuNet.Layers;

/// <summary>How <see cref="NetworkBuilder.Compile"/> makes a network. None of it changes what the network computes, beyond rounding.</summary>
public sealed record CompileOptions
{
    /// <summary>A network for training: fused, in little memory, by the fastest algorithms.</summary>
    public static CompileOptions Default { get; } = new();

    /// <summary>Gives every activation and gradient memory of its own, so that <see cref="Network.Activation"/> and <see cref="Network.Gradient"/> show
    /// each layer's own values at any time. Nothing is fused then.</summary>
    public bool Inspect { get; init; }

    /// <summary>Whether layers may do their neighbours' work where that saves a pass over memory: a convolution or an inner product the forward pass of the ReLU
    /// above it; a convolution, inner product, pooling, normalisation, dropout or split the backward pass of the ReLU below it; convolutions both passes
    /// of the concatenation that they are the branches of. A layer of your own may take part (see <see cref="Layer"/>). The results have the same bits either
    /// way.</summary>
    public bool Fuse { get; init; } = true;

    /// <summary>Whether 3×3 and 5×5 convolutions may be computed by Winograd's algorithm, which saves more than half of the products and rounds a little
    /// differently.</summary>
    public bool AllowWinograd { get; init; } = true;

    /// <summary>Wraps each layer as it is opened, splits too, to time or to watch its passes; null leaves them as they are, and so does
    /// returning the layer that was passed; returning null is an error. A layer whose passes others
    /// do is not opened, and its work is in theirs.</summary>
    public Func<Layer, BoundLayer, BoundLayer>? Decorate { get; init; }
}
