using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>
/// Dropout: while training, each value becomes 0 with probability p, else x/(1 − p); in the test phase y = x. The mask is a function of
/// seed, layer, iteration and position, so it is never stored, and the same run draws it again.
/// </summary>
/// <param name="name">The layer's name.</param>
/// <param name="ratio">p, the share of values dropped, 0 ≤ p &lt; 1.</param>
public sealed class Dropout(string name, float ratio) : Layer(name)
{
    /// <summary>The share of values dropped.</summary>
    public float Ratio { get; } = ratio;

    /// <inheritdoc/>
    public override bool MayRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override bool CanMaskDX => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Ratio is >= 0 and < 1
        ? Single(inputs)
        : throw new NetworkException(FormattableString.Invariant($"{Name}: dropout ratio {Ratio}; it must be at least 0 and below 1. Pass the share of values to drop."));

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) =>
        new Bound(new DropoutOp(context.Session, Ratio, context.Random.Seed, context.Random.Stream));

    private sealed class Bound(DropoutOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass)
        {
            if (pass.Phase == Phase.Train)
                op.Forward(t.X, t.Y, pass.Iteration);
            else if (!t.InPlace)
                t.Y.CopyFrom(t.X);
        }

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (!t.NeedsDX)
                return;
            // Dropout then runs in place, behind a rectifier that has run already (a convolution or inner product rectifies on its way to memory, so
            // nothing is gained by rectifying here): y > 0 says that the value was kept and positive, and no mask has to be drawn again. y is x here, and a mask is
            // kept, so that BackwardReadsOutput needs not say so.
            if (t.MasksDX)
                op.BackwardOfPositive(t.Y, t.DY, t.DX);
            else
                op.Backward(t.DY, t.DX, pass.Iteration);
        }
    }
}
