using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Initialization;

/// <summary>Caffe's <c>gaussian</c>: normally distributed values.</summary>
public sealed record GaussianFiller : Filler
{
    /// <summary>Makes the filler.</summary>
    /// <param name="mean">The values' mean, finite.</param>
    /// <param name="standardDeviation">Their standard deviation, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or the deviation is negative.</exception>
    public GaussianFiller(double mean, double standardDeviation)
    {
        Mean = RequireFinite("gaussian filler", nameof(mean), mean);
        StandardDeviation = RequireFinite("gaussian filler", nameof(standardDeviation), standardDeviation, least: 0);
    }

    /// <summary>The values' mean.</summary>
    public double Mean { get; }

    /// <summary>Their standard deviation.</summary>
    public double StandardDeviation { get; }

    /// <inheritdoc/>
    public override void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0)
    {
        RequireWithin("gaussian filler", values, shape, first);
        FillGaussian(values, Mean, StandardDeviation, seed, stream, first);
    }
}
