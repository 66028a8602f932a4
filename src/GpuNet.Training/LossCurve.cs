using System.Collections.Immutable;

namespace GpuNet.Training;

/// <summary>
/// Smooths a run's training loss while it runs: the means of at most <see cref="Windows"/> windows of equal length. Its memory does
/// not grow with the run.
/// </summary>
internal sealed class LossCurve
{
    /// <summary>The most points that a curve has.</summary>
    public const int Windows = 200;

    private readonly long width;
    private readonly double[] sums;
    private readonly int[] counts;

    public LossCurve(long iterations)
    {
        width = (iterations + Windows - 1) / Windows;
        sums = new double[(iterations + width - 1) / width];
        counts = new int[sums.Length];
    }

    public void Add(long iteration, double loss)
    {
        sums[iteration / width] += loss;
        counts[iteration / width]++;
    }

    public ImmutableArray<LossPoint> Points() =>
        [.. Enumerable.Range(0, sums.Length).Where(i => counts[i] > 0).Select(i => new LossPoint((i * width) + ((width - 1) / 2.0), sums[i] / counts[i]))];
}
