using MathNet.Numerics;

namespace GpuNet.Bench.Soak;

/// <summary>Whether something grows over a run.</summary>
/// <param name="PerThousand">The slope of the line that fits best by least squares, bytes in 1,000 iterations.</param>
/// <param name="Lowest">The smallest value that the line was fitted to, bytes.</param>
/// <param name="Highest">The largest one, bytes: together they say how far a value is from the line by chance.</param>
internal readonly record struct Trend(double PerThousand, double Lowest, double Highest)
{
    /// <summary>Fits the line.</summary>
    /// <param name="samples">All samples of a run, in its order.</param>
    /// <param name="value">What may grow, bytes.</param>
    /// <returns>The trend after the first tenth of the iterations, in which the runtime compiles and the heap finds its size.</returns>
    /// <exception cref="BenchException">Fewer than two samples are after the first tenth.</exception>
    public static Trend Of(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> value)
    {
        double warm = samples.Count == 0 ? 0 : samples[^1].Iteration / 10.0;
        SoakSample[] settled = [.. samples.Where(sample => sample.Iteration >= warm)];
        if (settled.Length < 2)
            throw new BenchException($"soak: {settled.Length} of {samples.Count} samples are after the first tenth of the iterations, but a line needs 2. Make more iterations.");
        double[] values = [.. settled.Select(value)];
        // In thousands from the outset, so that the slope needs no factor.
        var (_, slope) = Fit.Line([.. settled.Select(sample => sample.Iteration / 1000.0)], values);
        return new(slope, values.Min(), values.Max());
    }
}
