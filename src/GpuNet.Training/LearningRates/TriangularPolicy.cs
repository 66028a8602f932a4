namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>triangular</c>: the rate rises linearly from base to max over one step size, falls back over the next, and repeats.
/// With a step size as long as the run it is an LR range test. Source: arXiv 1506.01186 v6, appendix A.
/// </summary>
public sealed record TriangularPolicy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the ends of a cycle, 0 or above.</param>
    /// <param name="maxRate">The rate in the middle of a cycle, base or above.</param>
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public TriangularPolicy(double baseRate, double maxRate, long stepSize, long? stepDown = null)
        : base("triangular", baseRate, maxRate, stepSize, stepDown)
    {
    }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new TriangularPolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double HeightAt(long iteration) => Locate(iteration).Height;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds}";
}
