using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>
/// Softmax and the mean of −log p(label) over the items whose label is at least 0. The output is the totals; the gradient is
/// (p − 1{class is the label})·weight/count.
/// </summary>
/// <param name="name">The layer's name.</param>
/// <param name="classes">Classes, and so channels of the scores.</param>
/// <param name="weight">The loss's share in the network's whole loss, for one with auxiliary heads; it scales the gradient.</param>
public sealed class SoftmaxLoss(string name, int classes, float weight = 1) : Layer(name)
{
    /// <summary>Classes, and so channels of the scores.</summary>
    public int Classes { get; } = classes;

    /// <summary>The loss's share in the network's whole loss.</summary>
    public float Weight { get; } = weight;

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override float LossWeight => Weight;

    /// <inheritdoc/>
    public override bool BackwardReadsInputs => false;

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        var scores = Single(inputs);
        if (scores != Shape.Matrix(scores.N, Classes))
            throw new ShapeException($"{Name}: scores have shape {scores}, but a loss over {Classes} classes takes {Shape.Matrix(scores.N, Classes)}, one score for each class. Put an inner product of {Classes} outputs before it.");
        if (!float.IsFinite(Weight) || Weight < 0)
            throw new NetworkException(FormattableString.Invariant($"{Name}: loss weight {Weight}; it must be finite and at least 0. Pass 1 for the main loss."));
        return SoftmaxLossOp.TotalsShape;
    }

    /// <summary>The probabilities, of the scores' shape.</summary>
    /// <inheritdoc/>
    public override IReadOnlyList<Shape> SavedOf(IReadOnlyList<Shape> inputs) => [Single(inputs)];

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) =>
        new Bound(new SoftmaxLossOp(context.Session, Single(context.Inputs), Weight));

    private sealed class Bound(SoftmaxLossOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.Labels, t.Saved[0], t.Y);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.Saved[0], t.Labels, t.DX);
        }

        public override void Dispose()
        {
            op.Dispose();
            base.Dispose();
        }
    }
}
