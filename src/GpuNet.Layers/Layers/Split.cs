using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>
/// One output for several readers. The builder inserts it, nobody has to: the forward pass does nothing, since all readers share the
/// input's memory, and the backward pass sums their gradients.
/// </summary>
/// <param name="name">The layer's name.</param>
/// <param name="readers">How many layers read the output.</param>
internal sealed class Split(string name, int readers) : Layer(name)
{
    /// <inheritdoc/>
    public override bool MayRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override bool CanMaskDX => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Single(inputs);

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) => new Bound(new GradientSumOp(context.Session, readers));

    private sealed class Bound(GradientSumOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass)
        {
        }

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Run(t.DYs, t.DX, t.Mask);
        }
    }
}
