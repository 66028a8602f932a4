using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>The tensors that a bound layer works on, under the names that formulas use. Made once, when the network is compiled.</summary>
public sealed class LayerTensors
{
    private readonly Shape? output;

    /// <summary>All inputs.</summary>
    public required IReadOnlyList<Tensor> Xs { get; init; }

    /// <summary>Gradients of all inputs; empty where no input needs one.</summary>
    public IReadOnlyList<Tensor> DXs { get; init; } = [];

    /// <summary>The output; a loss's totals. For a layer that works on a window (<see cref="LayerContext.Window"/>), the whole tensor.</summary>
    public required Tensor Y { get; init; }

    /// <summary>Shape of what the layer computes: that of <see cref="Y"/>, or fewer channels for a layer that works on a window of it.</summary>
    public Shape OutputShape
    {
        get => output ?? Y.Shape;
        init => output = value;
    }

    /// <summary>Gradients of the output: one, or none for a loss; for a split, which the builder inserts, one for each reader. For a layer that works on
    /// a window, the whole tensor's.</summary>
    public IReadOnlyList<Tensor> DYs { get; init; } = [];

    /// <summary>Values of the parameters, in the order of <see cref="Layer.ParametersOf"/>.</summary>
    public IReadOnlyList<Tensor> Parameters { get; init; } = [];

    /// <summary>Gradients of the parameters, in the same order.</summary>
    public IReadOnlyList<Tensor> ParameterGradients { get; init; } = [];

    /// <summary>What the forward pass leaves for the backward pass, in the order of <see cref="Layer.SavedOf"/>.</summary>
    public IReadOnlyList<Tensor> Saved { get; init; } = [];

    /// <summary>The network's labels, (N, 1, 1, 1), class indices as floats; below 0 for an item that does not count.</summary>
    public Tensor Labels { get; init; }

    /// <summary>Scratch memory, shared by all layers; at least the layer's <see cref="BoundLayer.WorkspaceLength"/> values.</summary>
    public Tensor Workspace { get; init; }

    /// <summary>Whether the inputs' gradients are wanted: not if everything below has nothing to learn, such as the network's input.</summary>
    public bool NeedsDX => DXs.Count > 0;

    /// <summary>Whether y is x itself: only for a layer that <see cref="Layer.MayRunInPlace"/>.</summary>
    public bool InPlace { get; init; }

    /// <summary>Whether dx becomes 0 where x is not above 0: the gradient of the rectifier that wrote x, done on the way. Only for a layer that
    /// <see cref="Layer.CanMaskDX"/>.</summary>
    public bool MasksDX { get; init; }

    /// <summary>What masks dx: the first input, or null if nothing does.</summary>
    public Tensor? Mask => MasksDX ? X : null;

    /// <summary>The first input.</summary>
    public Tensor X => Xs[0];

    /// <summary>Gradient of the first input.</summary>
    public Tensor DX => DXs[0];

    /// <summary>Gradient of the output.</summary>
    public Tensor DY => DYs[0];

    /// <summary>The weights: the first parameter.</summary>
    public Tensor W => Parameters[0];

    /// <summary>The bias: the second parameter, if there is one.</summary>
    public Tensor? B => Parameters.Count > 1 ? Parameters[1] : null;

    /// <summary>Gradient of the weights.</summary>
    public Tensor DW => ParameterGradients[0];

    /// <summary>Gradient of the bias, if there is one.</summary>
    public Tensor? DB => ParameterGradients.Count > 1 ? ParameterGradients[1] : null;
}
