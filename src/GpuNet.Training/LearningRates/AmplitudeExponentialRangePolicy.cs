using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>exp_range_amplitude</c>: what the Keras callback and PyTorch's CyclicLR call exp_range. Only the range above base
/// decays, by γ^i; base stays. <see cref="ExponentialRangePolicy"/> is the paper's form.
/// </summary>
public sealed record AmplitudeExponentialRangePolicy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the ends of a cycle, 0 or above.</param>
    /// <param name="maxRate">The upper bound at iteration 0, base or above.</param>
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="gamma">The factor of the range at every iteration, above 0 and at most 1.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public AmplitudeExponentialRangePolicy(double baseRate, double maxRate, long stepSize, double gamma, long? stepDown = null)
        : base("exp_range_amplitude", baseRate, maxRate, stepSize, stepDown)
    {
        Gamma = PolicyRules.Shrinking(Name, "gamma", gamma);
    }

    /// <summary>The factor of the range above base at every iteration.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new AmplitudeExponentialRangePolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Gamma(Gamma, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double HeightAt(long iteration) => Locate(iteration).Height * Math.Pow(Gamma, iteration);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds},gamma={TextPiece.Number(Gamma)}";
}
