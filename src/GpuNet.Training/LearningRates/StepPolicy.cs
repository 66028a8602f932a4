using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary><c>step</c>: base · γ^⌊i / interval⌋, a drop at regular intervals. Source: Caffe's solver.</summary>
public sealed record StepPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate of the first interval, above 0.</param>
    /// <param name="gamma">The factor at the end of every interval, above 0.</param>
    /// <param name="interval">Iterations between two drops.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public StepPolicy(double baseRate, double gamma, long interval)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Gamma = PolicyRules.Positive(Name, "gamma", gamma);
        Interval = PolicyRules.Iterations(Name, "interval", interval);
    }

    /// <inheritdoc/>
    public override string Name => "step";

    /// <summary>The rate of the first interval.</summary>
    public double BaseRate { get; }

    /// <summary>The factor at the end of every interval.</summary>
    public double Gamma { get; }

    /// <summary>Iterations between two drops.</summary>
    public long Interval { get; }

    /// <inheritdoc/>
    public override long? Unit => Interval;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new StepPolicy(BaseRate, Gamma, Scaling.Of(Interval, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return ExponentialPolicy.Scaled(BaseRate, Gamma, iteration / Interval);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},gamma={TextPiece.Number(Gamma)},interval={Interval}";
}
