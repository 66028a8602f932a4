using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary><c>fixed</c>: one rate for the whole run.</summary>
public sealed record FixedPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="rate">The rate, above 0.</param>
    /// <exception cref="LearningRatePolicyException"><paramref name="rate"/> is not a finite number above 0.</exception>
    public FixedPolicy(double rate) => Rate = PolicyRules.Positive(Name, "rate", rate);

    /// <inheritdoc/>
    public override string Name => "fixed";

    /// <summary>The rate of every iteration.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public override long? Unit => null;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => this;

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return Rate;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:rate={TextPiece.Number(Rate)}";
}
