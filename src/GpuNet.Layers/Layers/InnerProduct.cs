using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers;

/// <summary>Inner product (fully connected) as Caffe's layer of that name: y = x·wᵀ + b over each image's C·H·W values.</summary>
/// <param name="name">The layer's name.</param>
/// <param name="outputs">Output channels.</param>
public sealed class InnerProduct(string name, int outputs) : Layer(name)
{
    /// <summary>Output channels.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>How the weights, (outputs, C·H·W), start and learn.</summary>
    public ParameterOptions Weights { get; init; } = Filler.Xavier;

    /// <summary>How the bias starts and learns; null for none.</summary>
    public ParameterOptions? Bias { get; init; } = ParameterOptions.Zero;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override bool CanRectify => true;

    /// <inheritdoc/>
    public override bool CanMaskDX => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        var geometry = GeometryOf(inputs);
        geometry.ThrowIfInvalid(Name);
        return geometry.Output;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> ParametersOf(IReadOnlyList<Shape> inputs)
    {
        var geometry = GeometryOf(inputs);
        return ParameterDefinition.WeightsAndBias(geometry.Weights, Weights, geometry.Bias, Bias);
    }

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) =>
        new Bound(new InnerProductOp(context.Session, GeometryOf(context.Inputs), context.Rectify));

    /// <summary>The sizes of its inner product.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>The sizes, not checked.</returns>
    public InnerProductGeometry GeometryOf(IReadOnlyList<Shape> inputs) => new(Single(inputs), Outputs);

    private sealed class Bound(InnerProductOp op) : BoundLayer
    {
        public override long WorkspaceLength => op.WorkspaceLength;

        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.W, t.B, t.Y, t.Workspace);

        public override void Backward(LayerTensors t, Pass pass)
        {
            op.BackwardWeights(t.X, t.DY, t.DW, t.DB, t.Workspace);
            if (t.NeedsDX)
                op.BackwardData(t.DY, t.W, t.DX, t.Workspace, t.Mask);
        }
    }
}
