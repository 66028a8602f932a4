namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>hann</c>: <c>triangular</c> with ½ · (1 − cos πt) in place of the triangle t, Hann's window: flat at base and at max.
/// Source: arXiv 1506.01186 v6, §3.1, which names it.
/// </summary>
public sealed record HannPolicy : CyclicalPolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the ends of a cycle, 0 or above.</param>
    /// <param name="maxRate">The rate at the top of a cycle, base or above.</param>
    /// <param name="stepSize">Iterations from base to max, half a cycle.</param>
    /// <param name="stepDown">Iterations from max back to base; null for the step size.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public HannPolicy(double baseRate, double maxRate, long stepSize, long? stepDown = null)
        : base("hann", baseRate, maxRate, stepSize, stepDown)
    {
    }

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new HannPolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor), Scaling.Of(StepDown, factor));

    /// <inheritdoc/>
    public override double HeightAt(long iteration)
    {
        // ½·(1 − cos πt) without the difference, which would round small heights away.
        double sine = Math.Sin(Math.PI / 2 * Locate(iteration).Height);
        return sine * sine;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Bounds}";
}
