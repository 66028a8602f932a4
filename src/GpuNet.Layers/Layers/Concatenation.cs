using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>Several inputs, one after the other along the channels.</summary>
/// <param name="name">The layer's name.</param>
public sealed class Concatenation(string name) : Layer(name)
{
    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override bool JoinsChannels => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        if (inputs.Count == 0)
            throw new ShapeException($"{Name}: no inputs given; a concatenation joins at least one. Pass the outputs to join.");
        var first = inputs[0];
        for (int i = 1; i < inputs.Count; i++)
        {
            if (inputs[i] with { C = first.C } != first)
                throw new ShapeException($"{Name}: input {i} has shape {inputs[i]}, input 0 has {first}; all must agree in batch, height and width, and may differ in channels. Give every branch the same strides, and padding that keeps its size.");
        }

        return first with { C = inputs.Sum(input => input.C) };
    }

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) => new Bound(new ConcatenationOp(context.Session, context.Inputs));

    private sealed class Bound(ConcatenationOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.Xs, t.Y);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.DY, t.DXs);
        }
    }
}
