using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Initialization;

/// <summary>
/// Caffe's <c>xavier</c> with its default normalisation: uniform between −√(3/n) and √(3/n), so of variance 1/n, where n is the fan-in,
/// count / N. (Glorot and Bengio, 2010, average fan-in and fan-out.)
/// </summary>
public sealed record XavierFiller : Filler
{
    /// <inheritdoc/>
    public override void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0)
    {
        RequireWithin("xavier filler", values, shape, first);
        FillUniform(values, Math.Sqrt(3 / FanIn(shape)), seed, stream, first);
    }
}
