using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>The largest value of each window that lies in the image; the first one in row-major order takes the gradient, as in Caffe.
/// The output size is rounded up.</summary>
/// <param name="name">The layer's name.</param>
/// <param name="filter">Height and width of the window, in pixels.</param>
/// <param name="stride">Pixels from one window to the next.</param>
/// <param name="padding">Pixels added at each side of the input.</param>
public sealed class MaxPooling(string name, Size2D filter, Size2D stride, Size2D padding = default) : Layer(name)
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

    /// <summary>The position of each window's largest value, of the output's shape.</summary>
    /// <inheritdoc/>
    public override IReadOnlyList<Shape> SavedOf(IReadOnlyList<Shape> inputs) => [GeometryOf(inputs).Output];

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) =>
        new Bound(new MaxPoolingOp(context.Session, GeometryOf(context.Inputs)));

    private PoolingGeometry GeometryOf(IReadOnlyList<Shape> inputs) => new(Single(inputs), Filter, Stride, Padding);

    private sealed class Bound(MaxPoolingOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.Y, t.Saved[0]);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.DY, t.Saved[0], t.DX, t.Mask);
        }
    }
}
