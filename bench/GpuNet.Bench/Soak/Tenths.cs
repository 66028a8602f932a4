using GpuNet.Training.Timing;

namespace GpuNet.Bench.Soak;

/// <summary>Whether a run becomes slower: the time of an iteration in its first and its last tenth.</summary>
/// <param name="First">Milliseconds of an iteration in the intervals of the first tenth.</param>
/// <param name="Last">The same of the last tenth.</param>
internal readonly record struct Tenths(Quartiles First, Quartiles Last)
{
    /// <summary>The last tenth's median over the first's: above 1 the run has become slower.</summary>
    public double Ratio => Last.Median / First.Median;

    /// <summary>Computes both.</summary>
    /// <param name="samples">All samples of a run, in its order, the first before its first iteration.</param>
    /// <returns>The tenths. An interval belongs to one if it lies in it as a whole.</returns>
    /// <exception cref="BenchException">No interval lies in a tenth.</exception>
    public static Tenths Of(IReadOnlyList<SoakSample> samples)
    {
        double last = samples.Count == 0 ? 0 : samples[^1].Iteration;
        var intervals = samples.Skip(1).Zip(samples, (end, start) =>
            (Start: start.Iteration, End: end.Iteration, Milliseconds: end.Interval.TotalMilliseconds / (end.Iteration - start.Iteration))).ToArray();
        double[] early = [.. intervals.Where(interval => interval.End <= last / 10).Select(interval => interval.Milliseconds)];
        double[] late = [.. intervals.Where(interval => interval.Start >= last * 9 / 10).Select(interval => interval.Milliseconds)];
        if (early.Length == 0 || late.Length == 0)
            throw new BenchException($"soak: {samples.Count} samples over {last} iterations leave no interval within the first or the last tenth. Make more iterations.");
        return new(Quartiles.Of(early), Quartiles.Of(late));
    }
}
