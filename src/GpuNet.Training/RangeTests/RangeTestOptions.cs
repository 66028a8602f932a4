using GpuNet.Training.LearningRates;

namespace GpuNet.Training.RangeTests;

/// <summary>What a range test sweeps over, and when it stops.</summary>
public sealed record RangeTestOptions
{
    private const double LeastShareOfMax = 1e-5;

    /// <summary>The first rate, below <see cref="MaxRate"/>; null for 0 in a linear sweep, and for a hundred-thousandth of <see cref="MaxRate"/> in an exponential one, which cannot begin at 0.</summary>
    public double? MinRate { get; init; }

    /// <summary>The rate that the sweep ends at. The paper's, for CIFAR-10, is 0.02.</summary>
    public double MaxRate { get; init; } = 0.02;

    /// <summary>How the rate rises.</summary>
    public SweepShape Shape { get; init; }

    /// <summary>Updates of the sweep; null for <see cref="Epochs"/>.</summary>
    public long? Iterations { get; init; }

    /// <summary>Epochs of the sweep where <see cref="Iterations"/> does not say; the paper's Figure 3 took 8.</summary>
    public int Epochs { get; init; } = 8;

    /// <summary>The share of the smoothed loss that one more iteration keeps, from 0 (not smoothed) to below 1.</summary>
    public double Smoothing { get; init; } = 0.95;

    /// <summary>The sweep stops when the smoothed loss is above so many times its least value so far; above 1.</summary>
    public double DivergenceFactor { get; init; } = 4;

    /// <summary>The first rate.</summary>
    public double FirstRate => MinRate ?? (Shape == SweepShape.Linear ? 0 : LeastShareOfMax * MaxRate);

    /// <summary>The sweep as a policy.</summary>
    /// <param name="iterations">Updates of the sweep.</param>
    /// <returns>Half a triangle, or an exponential.</returns>
    public LearningRatePolicy PolicyOver(long iterations) => Shape == SweepShape.Linear
        ? new TriangularPolicy(FirstRate, MaxRate, iterations)
        : new ExponentialPolicy(FirstRate, Math.Pow(MaxRate / FirstRate, 1.0 / iterations));

    /// <summary>Throws unless every setting is in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (!(double.IsFinite(MaxRate) && MaxRate > 0))
            throw new TrainingException(FormattableString.Invariant($"the last rate of the range test (--max-rate) is {MaxRate}; it must be a finite number above 0. The paper's for CIFAR-10 is 0.02."));
        if (!(FirstRate >= 0 && FirstRate < MaxRate))
            throw new TrainingException(FormattableString.Invariant($"the first rate of the range test (--min-rate) is {FirstRate}, but the last one (--max-rate) is {MaxRate}; it must be 0 or above, and below the last one."));
        if (Shape == SweepShape.Exponential && FirstRate == 0)
            throw new TrainingException("the first rate of the range test (--min-rate) is 0, which no factor raises. Choose one above 0, or a linear sweep (--sweep linear).");
        if (Iterations < LeastIterations)
            throw new TrainingException($"the range test has {Iterations} iterations; it must have at least {LeastIterations}, or its curve has no shape (--iterations).");
        if (Epochs < 1)
            throw new TrainingException($"the range test has {Epochs} epochs; it must have at least 1.");
        if (!(Smoothing is >= 0 and < 1))
            throw new TrainingException(FormattableString.Invariant($"the range test's smoothing is {Smoothing}; it must be from 0 (none) to below 1."));
        if (!(DivergenceFactor > 1))
            throw new TrainingException(FormattableString.Invariant($"the range test stops at {DivergenceFactor} times the least loss (--stop-at); it must be a number above 1."));
    }

    /// <summary>The fewest updates of a sweep.</summary>
    public const int LeastIterations = 10;
}
