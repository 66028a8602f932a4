namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>exp_range</c> as the paper's text has it: both bounds decay, γ^i · triangular(i), so that the troughs lie on
/// base · γ^i. Source: arXiv 1506.01186 v6, §3.1. <see cref="AmplitudeExponentialRangePolicy"/> is the form common in libraries.
/// </summary>
public sealed record ExponentialRangePolicy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The lower bound at iteration 0, 0 or above.</param>
    /// <param name="maxRate">The upper bound at iteration 0, base or above.</param>
    /// <param name="stepSize">Half a cycle, in iterations.</param>
    /// <param name="gamma">The factor of both bounds at every iteration, above 0 and at most 1.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public ExponentialRangePolicy(double baseRate, double maxRate, long stepSize, double gamma)
        : base("exp_range", baseRate, maxRate, stepSize)
    {
        Gamma = PolicyRules.Shrinking(Name, "gamma", gamma);
    }

    /// <summary>The factor of both bounds at every iteration.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new ExponentialRangePolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Gamma(Gamma, factor));

    /// <inheritdoc/>
    public override double At(long iteration) => Between(Locate(iteration).Height) * Math.Pow(Gamma, iteration);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds},gamma={PolicyText.Number(Gamma)}";
}
