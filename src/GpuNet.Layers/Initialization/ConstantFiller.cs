using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Initialization;

/// <summary>Caffe's <c>constant</c>: every value the same.</summary>
public sealed record ConstantFiller : Filler
{
    /// <summary>Makes the filler.</summary>
    /// <param name="value">The value, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public ConstantFiller(double value) => Value = RequireFinite("constant filler", nameof(value), value);

    /// <summary>The value.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0)
    {
        RequireWithin("constant filler", values, shape, first);
        values.Span.Fill((float)Value);
    }
}
