using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// What the policies between two bounds share: a base rate, a max rate and a step size (half a cycle, in iterations), and the
/// triangle that each of them shapes. Source: arXiv 1506.01186 v6, appendix A. A cycle may fall in another number of iterations than it rises in, as in
/// PyTorch's CyclicLR.
/// </summary>
public abstract record CyclicalPolicy : LearningRatePolicy
{
    private protected CyclicalPolicy(string name, double baseRate, double maxRate, long stepSize, long? stepDown)
    {
        Name = name;
        BaseRate = PolicyRules.NotNegative(name, "base", baseRate);
        MaxRate = PolicyRules.MaxRate(name, maxRate, baseRate);
        StepSize = PolicyRules.StepSize(name, "step", stepSize);
        StepDown = PolicyRules.StepSize(name, "down", stepDown ?? stepSize);
    }

    /// <inheritdoc/>
    public sealed override string Name { get; }

    /// <summary>The rate at the start and the end of a cycle, 0 or above (0 suits a range test).</summary>
    public double BaseRate { get; }

    /// <summary>The rate at the top of a first cycle.</summary>
    public double MaxRate { get; }

    /// <summary>Iterations from base to max; half a cycle unless <see cref="StepDown"/> differs.</summary>
    public long StepSize { get; }

    /// <summary>Iterations from max back to base.</summary>
    public long StepDown { get; }

    /// <inheritdoc/>
    public sealed override long? CycleLength => StepSize + StepDown;

    /// <inheritdoc/>
    public sealed override bool IsCyclical => true;

    /// <inheritdoc/>
    public sealed override long? Unit => StepSize;

    /// <inheritdoc/>
    public override double At(long iteration) => Between(HeightAt(iteration));

    /// <inheritdoc/>
    public abstract override double HeightAt(long iteration);

    /// <summary>The completed cycles, and the triangle's height from 0 (ends of a cycle) to 1 (its top).</summary>
    /// <remarks>The cycle and the position in it are integers and only the last division rounds: the millionth cycle has the bits of the first.</remarks>
    private protected (long Cycle, double Height) Locate(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        long length = StepSize + StepDown;
        (long cycle, long position) = Math.DivRem(iteration, length);
        return (cycle, position <= StepSize ? (double)position / StepSize : (double)(length - position) / StepDown);
    }

    /// <summary>The rate at a share of the way from base to max; exactly base at 0 and max at 1, and never outside of them.</summary>
    private protected double Between(double share) =>
        Math.Clamp(double.Lerp(BaseRate, MaxRate, share), BaseRate, MaxRate);

    private protected string Bounds =>
        $"base={TextPiece.Number(BaseRate)},max={TextPiece.Number(MaxRate)},step={StepSize}{(StepDown == StepSize ? "" : $",down={StepDown}")}";
}
