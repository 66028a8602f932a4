using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>The mean of each window. Padding counts as zeros in the divisor, the part of a window behind the padding does not, as in Caffe.
/// The output size is rounded up.</summary>
/// <param name="name">The layer's name.</param>
/// <param name="filter">Height and width of the window, in pixels.</param>
/// <param name="stride">Pixels from one window to the next.</param>
/// <param name="padding">Pixels added at each side of the input.</param>
public sealed class AveragePooling(string name, Size2D filter, Size2D stride, Size2D padding = default) : Layer(name)
{
    /// <summary>Height and width of the window, in pixels.</summary>
    public Size2D Filter { get; } = filter;

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Stride { get; } = stride;

    /// <summary>Pixels added at each side of the input.</summary>
    public Size2D Padding { get; } = padding;

    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

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
    public override BoundLayer Open(LayerContext context) =>
        new Bound(new AveragePoolingOp(context.Session, GeometryOf(context.Inputs)));

    private PoolingGeometry GeometryOf(IReadOnlyList<Shape> inputs) => new(Single(inputs), Filter, Stride, Padding);

    private sealed class Bound(AveragePoolingOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.Y);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.DY, t.DX, t.Mask);
        }
    }
}
