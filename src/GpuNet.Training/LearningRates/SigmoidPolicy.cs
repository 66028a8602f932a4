using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>sigmoid</c>: base / (1 + e^(−γ·(i − interval))). A γ below 0 makes the rate fall from base to 0, one above 0 makes
/// it rise from 0 to base; at the interval it is half of base. Source: Caffe's solver, where the interval is "stepsize".
/// </summary>
public sealed record SigmoidPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The upper bound of the rate, above 0.</param>
    /// <param name="gamma">The steepness, per iteration; any finite number but 0.</param>
    /// <param name="interval">The iteration at which the rate is half of base.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public SigmoidPolicy(double baseRate, double gamma, long interval)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Gamma = PolicyRules.NotZero(Name, "gamma", gamma);
        Interval = PolicyRules.Iterations(Name, "interval", interval);
    }

    /// <inheritdoc/>
    public override string Name => "sigmoid";

    /// <summary>The upper bound of the rate.</summary>
    public double BaseRate { get; }

    /// <summary>The steepness, per iteration.</summary>
    public double Gamma { get; }

    /// <summary>The iteration at which the rate is half of base.</summary>
    public long Interval { get; }

    /// <inheritdoc/>
    public override long? Unit => Interval;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new SigmoidPolicy(BaseRate, Gamma / Scaling.Positive(factor), Scaling.Of(Interval, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return BaseRate / (1 + Math.Exp(-Gamma * (iteration - Interval)));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},gamma={TextPiece.Number(Gamma)},interval={Interval}";
}
