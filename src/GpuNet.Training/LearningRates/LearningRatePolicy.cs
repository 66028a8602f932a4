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

    /// <summary>The learning rate of one update.</summary>
    /// <param name="iteration">The number of updates already made; the first update has iteration 0.</param>
    /// <returns>The rate: finite and never negative.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="iteration"/> is negative.</exception>
    public abstract double At(long iteration);

    /// <summary>The canonical text form, which <see cref="PolicyText.Parse"/> reads back to an equal policy.</summary>
    /// <returns>Text such as <c>triangular2:base=0.001,max=0.005,step=2000</c>.</returns>
    public abstract override string ToString();
}
