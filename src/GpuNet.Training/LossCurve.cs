using System.Collections.Immutable;

namespace GpuNet.Training;

/// <summary>
/// Smooths a run's training loss while it runs: the means of at most <see cref="Windows"/> windows of equal length, which doubles when they are full. So its
/// memory does not grow with the run, and it need not know how long the run will be.
/// </summary>
internal sealed class LossCurve
{
    /// <summary>The most points that a curve has.</summary>
    public const int Windows = 200;

    private readonly double[] sums = new double[Windows];
    private readonly long[] counts = new long[Windows];
    private long width = 1;

    /// <summary>Begins with no losses, or goes on from what <see cref="Snapshot"/> gave.</summary>
    /// <param name="from">The windows so far; null for none.</param>
    public LossCurve(LossWindows? from = null)
    {
        if (from is null)
            return;
        width = from.Width;
        from.Sums.CopyTo(sums);
        from.Counts.CopyTo(counts);
    }

    /// <summary>Adds the loss of an iteration.</summary>
    public void Add(long iteration, double loss)
    {
        while (iteration / width >= Windows)
            DoubleWidth();
        sums[iteration / width] += loss;
        counts[iteration / width]++;
    }

    /// <summary>The windows so far.</summary>
    public LossWindows Snapshot() => new(width, [.. sums], [.. counts]);

    /// <summary>The curve so far.</summary>
    public ImmutableArray<LossPoint> Points() =>
        [.. Enumerable.Range(0, Windows).Where(i => counts[i] > 0).Select(i => new LossPoint((i * width) + ((width - 1) / 2.0), sums[i] / counts[i]))];

    private void DoubleWidth()
    {
        for (int i = 0; i < Windows; i++)
        {
            bool isFilled = 2 * i < Windows;
            sums[i] = isFilled ? sums[2 * i] + sums[(2 * i) + 1] : 0;
            counts[i] = isFilled ? counts[2 * i] + counts[(2 * i) + 1] : 0;
        }

        width *= 2;
    }
}
