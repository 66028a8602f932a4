using GpuNet.Training.LearningRates;

namespace GpuNet.Training.RangeTests;

/// <summary>Bounds and step size for a cyclical learning rate.</summary>
/// <param name="Base">The lower bound.</param>
/// <param name="Max">The upper bound.</param>
/// <param name="StepSize">Half a cycle, in iterations.</param>
/// <param name="EpochsInStep">The epochs that it lasts; the paper found 2 to 10 good (arXiv 1506.01186 §3.2).</param>
/// <param name="Confidence">How far the bounds can be trusted.</param>
/// <param name="Reason">Why so far; a clause.</param>
public sealed record RangeSuggestion(RateBound Base, RateBound Max, long StepSize, int EpochsInStep, Confidence Confidence, string Reason)
{
    /// <summary>The triangular policy with these bounds and step size.</summary>
    public TriangularPolicy Policy => new(Base.Rate, Max.Rate, StepSize);

    /// <summary>The triangular policy with these bounds for a run, its step the nearest with which the run is a whole number of cycles, up to rounding.</summary>
    /// <param name="iterations">Updates of the run, 1 or more.</param>
    /// <returns>The policy.</returns>
    public TriangularPolicy PolicyFor(long iterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        long cycles = Math.Max(1, (long)Math.Round(iterations / (2.0 * StepSize)));
        return new(Base.Rate, Max.Rate, Math.Max(1, iterations / (2 * cycles)));
    }
}
