using GpuNet.Training.Texts;

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
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="gamma">The factor of both bounds at every iteration, above 0 and at most 1.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public ExponentialRangePolicy(double baseRate, double maxRate, long stepSize, double gamma, long? stepDown = null)
        : base("exp_range", baseRate, maxRate, stepSize, stepDown)
    {
        Gamma = PolicyRules.Shrinking(Name, "gamma", gamma);
    }

    /// <summary>The factor of both bounds at every iteration.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new ExponentialRangePolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Gamma(Gamma, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double At(long iteration) => base.At(iteration) * Math.Pow(Gamma, iteration);

    /// <inheritdoc/>
    /// <remarks>Between the bounds as they have become, so it does not shrink with them.</remarks>
    public override double HeightAt(long iteration) => Locate(iteration).Height;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds},gamma={TextPiece.Number(Gamma)}";
}
