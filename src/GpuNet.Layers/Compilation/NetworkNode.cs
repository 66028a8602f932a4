using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>A layer in its place in a network's graph.</summary>
internal sealed class NetworkNode
{
    public NetworkNode(Layer layer, IReadOnlyList<NetworkValue> inputs, int readers)
    {
        Layer = layer;
        Inputs = inputs;
        foreach (var input in inputs)
            input.Reader = this;
        InputShapes = [.. inputs.Select(input => input.Shape)];
        Parameters = layer.ParametersOf(InputShapes);
        RunsBackward = Parameters.Count > 0 || inputs.Any(input => input.NeedsGradient);
        var output = layer.OutputOf(InputShapes);
        Outputs = [.. Enumerable.Range(0, readers).Select(_ => new NetworkValue(output, this, RunsBackward))];
    }

    public Layer Layer { get; }

    public IReadOnlyList<NetworkValue> Inputs { get; }

    public IReadOnlyList<Shape> InputShapes { get; }

    /// <summary>One, but for a split.</summary>
    public IReadOnlyList<NetworkValue> Outputs { get; }

    public IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <summary>Whether the backward pass has anything to compute here, or in the layers that do it.</summary>
    public bool RunsBackward { get; }

    /// <summary>Whether other layers do the forward pass.</summary>
    public bool ForwardIsFused { get; set; }

    /// <summary>Whether other layers do the backward pass.</summary>
    public bool BackwardIsFused { get; set; }

    /// <summary>Whether the layer is called in the backward pass.</summary>
    public bool IsCalledBackward => RunsBackward && !BackwardIsFused;

    /// <summary>Whether the layer is called at all.</summary>
    public bool IsCalled => !ForwardIsFused || IsCalledBackward;

    /// <summary>Whether it does the forward pass of the rectifier that reads its output.</summary>
    public bool Rectifies { get; set; }

    /// <summary>Whether it does the backward pass of the rectifier, or of all the rectifiers, that wrote its input.</summary>
    public bool MasksDX { get; set; }

    /// <summary>Whether its backward pass reads y: for its own gradient, or, where y is x, for the mask.</summary>
    public bool BackwardReadsOutput => Layer.BackwardReadsOutput || (MasksDX && Layer.MayRunInPlace);

    /// <summary>The channels of a concatenation's output that it writes; null if its output is a tensor of its own.</summary>
    public ChannelWindow? Window { get; set; }

    /// <summary>Whether it computes its inputs' gradients: all of them, if one is needed.</summary>
    public bool NeedsInputGradients => Inputs.Any(input => input.NeedsGradient);

    /// <summary>Whether y is x itself.</summary>
    public bool RunsInPlace { get; set; }

    /// <summary>Memory of what the forward pass leaves for the backward pass.</summary>
    public IReadOnlyList<Storage> Saved { get; set; } = [];
}
