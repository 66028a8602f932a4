namespace GpuNet.Training.LearningRates;

/// <summary>A stage of a run's policy, as far as the run comes.</summary>
/// <param name="Policy">Its policy, which counts iterations from the stage's start.</param>
/// <param name="Start">The run's iteration at which it starts.</param>
/// <param name="Iterations">The updates that it lasts.</param>
public sealed record PlannedStage(LearningRatePolicy Policy, long Start, long Iterations)
{
    // Few enough to be read in no time.
    private const long MaxRates = 1_000_000;

    /// <summary>The first iteration after it.</summary>
    public long End => Start + Iterations;

    /// <summary>The cycles that it goes through, the last one perhaps in part; null for a policy without any.</summary>
    public double? Cycles
    {
        get
        {
            if (!Policy.IsCyclical)
                return null;
            if (Policy.CycleLength is { } length)
                return (double)Iterations / length;
            double cycles = 0;
            for (long at = 0; at < Iterations && Policy.CycleAt(at) is { } cycle && cycle.End > at; at = cycle.End)
                cycles += (double)(Math.Min(cycle.End, Iterations) - at) / cycle.Length;
            return cycles;
        }
    }

    /// <summary>The lowest and the highest rate; of more than a million iterations, of as many of them evenly spaced.</summary>
    public (double Lowest, double Highest) Rates
    {
        get
        {
            var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var (_, rate) in new PolicyPlan(Policy, Iterations).Points(MaxRates))
                (lowest, highest) = (Math.Min(lowest, rate), Math.Max(highest, rate));
            return (lowest, highest);
        }
    }

    /// <summary>The rate of its last update.</summary>
    public double LastRate => Policy.At(Iterations - 1);
}
