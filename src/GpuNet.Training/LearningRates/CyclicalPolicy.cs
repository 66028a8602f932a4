namespace GpuNet.Training.LearningRates;

/// <summary>
/// What the triangular policies share: a base rate, a max rate and a step size (half a cycle, in iterations), and the
/// triangle itself. Source: arXiv 1506.01186 v6, appendix A.
/// </summary>
public abstract record CyclicalPolicy : LearningRatePolicy
{
    private protected CyclicalPolicy(string name, double baseRate, double maxRate, long stepSize)
    {
        Name = name;
        BaseRate = PolicyRules.NotNegative(name, "base", baseRate);
        MaxRate = PolicyRules.MaxRate(name, maxRate, baseRate);
        StepSize = PolicyRules.StepSize(name, stepSize);
    }

    /// <inheritdoc/>
    public sealed override string Name { get; }

    /// <summary>The rate at the start and the end of a cycle, 0 or above (0 suits a range test).</summary>
    public double BaseRate { get; }

    /// <summary>The rate in the middle of a first cycle.</summary>
    public double MaxRate { get; }

    /// <summary>Half a cycle, in iterations.</summary>
    public long StepSize { get; }

    /// <inheritdoc/>
    public sealed override long? CycleLength => 2 * StepSize;

    /// <inheritdoc/>
    public sealed override long? Unit => StepSize;

    /// <summary>The completed cycles, and the triangle's height from 0 (ends of a cycle) to 1 (its middle).</summary>
    /// <remarks>The cycle and the position in it are integers and only the last division rounds: the millionth cycle has the bits of the first.</remarks>
    private protected (long Cycle, double Height) Locate(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        (long cycle, long position) = Math.DivRem(iteration, 2 * StepSize);
        return (cycle, (double)Math.Min(position, (2 * StepSize) - position) / StepSize);
    }

    /// <summary>The rate at a share of the way from base to max; exactly base at 0 and max at 1, and never outside of them.</summary>
    private protected double Between(double share) =>
        Math.Clamp(double.Lerp(BaseRate, MaxRate, share), BaseRate, MaxRate);

    private protected string Bounds => $"base={PolicyText.Number(BaseRate)},max={PolicyText.Number(MaxRate)},step={StepSize}";
}
