using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Initialization;

/// <summary>
/// Caffe's <c>msra</c> with its default normalisation: normal with mean 0 and deviation √(2/n), where n is the fan-in, count / N (He, Zhang,
/// Ren and Sun, 2015: for layers that a ReLU follows).
/// </summary>
public sealed record MsraFiller : Filler
{
    /// <inheritdoc/>
    public override void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0)
    {
        RequireWithin("msra filler", values, shape, first);
        FillGaussian(values, 0, Math.Sqrt(2 / FanIn(shape)), seed, stream, first);
    }
}
