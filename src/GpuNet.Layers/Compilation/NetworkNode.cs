using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>A layer in its place in a network's graph.</summary>
internal sealed class NetworkNode
{
    public NetworkNode(Layer layer, IReadOnlyList<NetworkValue> inputs, int readers)
    {
        Layer = layer;
        Inputs = inputs;
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

    /// <summary>Whether the backward pass has anything to compute here.</summary>
    public bool RunsBackward { get; }

    /// <summary>Whether it computes its inputs' gradients: all of them, if one is needed.</summary>
    public bool NeedsInputGradients => Inputs.Any(input => input.NeedsGradient);

    /// <summary>Whether y is x itself.</summary>
    public bool RunsInPlace { get; set; }

    /// <summary>Memory of what the forward pass leaves for the backward pass.</summary>
    public IReadOnlyList<Storage> Saved { get; set; } = [];
}
