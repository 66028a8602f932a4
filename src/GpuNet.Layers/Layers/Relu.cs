using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>The rectifier y = max(x, 0).</summary>
/// <param name="name">The layer's name.</param>
public sealed class Relu(string name) : Layer(name)
{
    /// <inheritdoc/>
    public override bool MayRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool IsRectifier => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Single(inputs);

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) => new Bound(new ReluOp(context.Session));

    private sealed class Bound(ReluOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.Y);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.Y, t.DY, t.DX);
        }
    }
}
