namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>triangular2</c>: <c>triangular</c> with the range above base halved after every cycle; base stays.
/// Source: arXiv 1506.01186 v6, appendix A.
/// </summary>
public sealed record Triangular2Policy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the ends of a cycle, 0 or above.</param>
    /// <param name="maxRate">The rate in the middle of the first cycle, base or above.</param>
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public Triangular2Policy(double baseRate, double maxRate, long stepSize, long? stepDown = null)
        : base("triangular2", baseRate, maxRate, stepSize, stepDown)
    {
    }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new Triangular2Policy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double HeightAt(long iteration)
    {
        (long cycle, double height) = Locate(iteration);
        return height * Math.Pow(0.5, cycle);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds}";
}
