using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>Local response normalisation y = x·S^−β as Caffe's <c>LRN</c> layer has it.</summary>
/// <param name="name">The layer's name.</param>
/// <param name="region">The neighbours that S sums over.</param>
/// <param name="parameters">Window size n, α, β and k.</param>
public sealed class LocalResponseNorm(string name, NormRegion region, LocalResponseNormParameters parameters) : Layer(name)
{
    /// <summary>The neighbours that S sums over.</summary>
    public NormRegion Region { get; } = region;

    /// <summary>Window size n, α, β and k.</summary>
    public LocalResponseNormParameters Parameters { get; } = parameters;

    /// <inheritdoc/>
    public override bool CanMaskDX => true;

    /// <inheritdoc/>
    public override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        var x = Single(inputs);
        Parameters.ThrowIfInvalid(Name);
        return x;
    }

    /// <inheritdoc/>
    public override bool BackwardReadsOutput => false;

    /// <inheritdoc/>
    public override BoundLayer Open(LayerContext context) => new Bound(
        Region == NormRegion.AcrossChannels
            ? new AcrossChannelsNormOp(context.Session, Single(context.Inputs), Parameters)
            : new WithinChannelNormOp(context.Session, Single(context.Inputs), Parameters));

    private sealed class Bound(LocalResponseNormOp op) : BoundLayer
    {
        public override void Forward(LayerTensors t, Pass pass) => op.Forward(t.X, t.Y);

        public override void Backward(LayerTensors t, Pass pass)
        {
            if (t.NeedsDX)
                op.Backward(t.X, t.DY, t.DX, t.Mask);
        }
    }
}
