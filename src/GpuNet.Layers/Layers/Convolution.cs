using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers;

/// <summary>Convolution as Caffe's <c>Convolution</c> layer has it: cross-correlation, output size rounded down, an optional bias.</summary>
/// <param name="name">The layer's name.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="filter">Height and width of the filter, in pixels.</param>
public sealed class Convolution(string name, int outputs, Size2D filter) : Layer(name)
{
    /// <summary>Output channels.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>Height and width of the filter, in pixels.</summary>
    public Size2D Filter { get; } = filter;

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Stride { get; init; } = 1;

    /// <summary>Zero pixels at each side of the input.</summary>
    public Size2D Padding { get; init; }

    /// <summary>Pixels between neighbouring taps of the filter; 1 for a dense one.</summary>
    public Size2D Dilation { get; init; } = 1;

    /// <summary>Groups that input and output channels are split into; each output channel reads its own group only.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>How the weights start and learn.</summary>
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
    public override bool CanWriteWindow => true;

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
        new Bound(new ConvolutionOp(
            context.Session,
            GeometryOf(context.Inputs),
            new() { Rectify = context.Rectify, Window = context.Window, AllowWinograd = context.AllowWinograd }));

    /// <summary>The sizes of its convolution.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>The sizes, not checked.</returns>
    public ConvolutionGeometry GeometryOf(IReadOnlyList<Shape> inputs) => new(Single(inputs), Outputs, Filter, Stride, Padding, Dilation, Groups);

    private sealed class Bound(ConvolutionOp op) : BoundLayer
    {
        public override long WorkspaceLength => op.WorkspaceLength;

        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.W, t.B, t.Y, t.Workspace);

        public override void Backward(LayerTensors t, Pass pass)
        {
            op.BackwardWeights(t.X, t.DY, t.DW, t.DB, t.Workspace);
            if (t.NeedsDX)
                op.BackwardData(t.DY, t.W, t.DX, t.Workspace, t.Mask);
        }

        public override void Dispose()
        {
            op.Dispose();
            base.Dispose();
        }
    }
}
