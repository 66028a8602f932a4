using MathNet.Numerics.Statistics;

namespace GpuNet.Training.Comparisons;

/// <summary>Where several values lie, and how far apart.</summary>
/// <param name="Count">How many there are, 1 or more.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their sample standard deviation, of n − 1 degrees of freedom; null of one value.</param>
public readonly record struct Spread(int Count, double Mean, double? Deviation)
{
    /// <summary>The spread of values.</summary>
    /// <param name="values">The values.</param>
    /// <returns>The spread; null if there are none.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 ? null : new(all.Length, all.Mean(), all.Length == 1 ? null : all.StandardDeviation());
    }
}
