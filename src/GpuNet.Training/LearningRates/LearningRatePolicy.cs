namespace GpuNet.Training.LearningRates;

/// <summary>
/// A learning-rate policy: the rate of an update as a pure function of its iteration. Immutable, with value equality;
/// the same iteration always gives the same rate, so a resumed run needs no state and a plot needs no training.
/// </summary>
public abstract record LearningRatePolicy
{
    /// <summary>The policy's name in the text form, such as <c>triangular2</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Iterations of one full cycle, from base rate to base rate (twice the step size); null for a policy without one fixed cycle.</summary>
    public virtual long? CycleLength => null;

    /// <summary>Whether the rate, or that of one of its stages, goes through cycles between two bounds, so that the momentum can go through them too.</summary>
    public virtual bool IsCyclical => false;

    /// <summary>The cycle that an iteration lies in; null where there is none. A policy that has only one answers with that one after its end too.</summary>
    /// <param name="iteration">The number of updates already made.</param>
    /// <returns>The cycle.</returns>
    public virtual PolicyCycle? CycleAt(long iteration) => CycleLength is { } length ? new(iteration / length * length, length) : null;

    /// <summary>Where between its bounds the rate of an update stands: 0 at the lower one, 1 at the upper one, always 0 without cycles.</summary>
    /// <param name="iteration">The number of updates already made; the first update has iteration 0.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="iteration"/> is negative.</exception>
    public virtual double HeightAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return 0;
    }

    /// <summary>The learning rate of one update.</summary>
    /// <param name="iteration">The number of updates already made; the first update has iteration 0.</param>
    /// <returns>The rate: finite and never negative.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="iteration"/> is negative.</exception>
    public abstract double At(long iteration);

    /// <summary>The iterations that scaling keeps a whole number of, at least 1, since the policy is made of them: a step size, an interval, the length of a
    /// fall; null for a policy that any factor scales exactly.</summary>
    public abstract long? Unit { get; }

    /// <summary>The same rates over more or fewer iterations: at iteration factor·i the rate that this policy has at i. Counts of iterations are rounded to
    /// the nearest whole number, ½ up, and are at least 1; with <see cref="WholeFactor"/> nothing is rounded but what is no multiple of the
    /// <see cref="Unit"/>. A factor γ of each iteration becomes γ^(1/factor).</summary>
    /// <param name="factor">Iterations of the result for each of this one, above 0.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a finite number above 0.</exception>
    public abstract LearningRatePolicy Scaled(double factor);

    /// <summary>The factor nearest to another for which the <see cref="Unit"/> is a whole number of iterations, 1 or more.</summary>
    /// <param name="factor">The factor aimed at, above 0.</param>
    /// <returns>The factor to scale the policy by, and all that goes with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a finite number above 0.</exception>
    public double WholeFactor(double factor) => Unit is { } unit ? (double)Scaling.Of(unit, factor) / unit : Scaling.Positive(factor);

    /// <summary>The canonical text form, which <see cref="PolicyText.Parse"/> reads back to an equal policy.</summary>
    /// <returns>Text such as <c>triangular2:base=0.001,max=0.005,step=2000</c>.</returns>
    public abstract override string ToString();
}
