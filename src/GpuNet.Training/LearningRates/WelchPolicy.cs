namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>welch</c>: <c>triangular</c> with the parabola 1 − (1 − t)² in place of the triangle t, Welch's window: steep at base, flat at max.
/// Source: arXiv 1506.01186 v6, §3.1, which names it.
/// </summary>
public sealed record WelchPolicy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the ends of a cycle, 0 or above.</param>
    /// <param name="maxRate">The rate at the top of a cycle, base or above.</param>
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public WelchPolicy(double baseRate, double maxRate, long stepSize, long? stepDown = null)
        : base("welch", baseRate, maxRate, stepSize, stepDown)
    {
    }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new WelchPolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double HeightAt(long iteration)
    {
        double t = Locate(iteration).Height;
        return t * (2 - t);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds}";
}
