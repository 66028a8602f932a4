using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>decay</c>: the rate falls linearly from max to base over one step size and stays there, the paper's control that
/// shows whether rising rates matter. Source: arXiv 1506.01186 v6, §4.1.1.
/// </summary>
public sealed record DecayPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate from the step size on, 0 or above.</param>
    /// <param name="maxRate">The rate of iteration 0, base or above.</param>
    /// <param name="stepSize">Iterations of the fall.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public DecayPolicy(double baseRate, double maxRate, long stepSize)
    {
        BaseRate = PolicyRules.NotNegative(Name, "base", baseRate);
        MaxRate = PolicyRules.MaxRate(Name, maxRate, baseRate);
        StepSize = PolicyRules.Iterations(Name, "step", stepSize);
    }

    /// <inheritdoc/>
    public override string Name => "decay";

    /// <summary>The rate from the step size on.</summary>
    public double BaseRate { get; }

    /// <summary>The rate of iteration 0.</summary>
    public double MaxRate { get; }

    /// <summary>Iterations of the fall.</summary>
    public long StepSize { get; }

    /// <inheritdoc/>
    public override long? Unit => StepSize;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new DecayPolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double share = (double)Math.Min(iteration, StepSize) / StepSize;
        return Math.Clamp(double.Lerp(MaxRate, BaseRate, share), BaseRate, MaxRate);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},max={TextPiece.Number(MaxRate)},step={StepSize}";
}
