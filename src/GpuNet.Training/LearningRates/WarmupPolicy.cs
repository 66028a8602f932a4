using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>warmup</c>: the rate rises linearly from base to max over one step size and stays there. As the first stage of a <see cref="StagedPolicy"/> it goes
/// before any policy. Source: arXiv 1706.02677, §2.2.
/// </summary>
public sealed record WarmupPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate of iteration 0, 0 or above.</param>
    /// <param name="maxRate">The rate from the step size on, base or above.</param>
    /// <param name="stepSize">Iterations of the rise.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public WarmupPolicy(double baseRate, double maxRate, long stepSize)
    {
        BaseRate = PolicyRules.NotNegative(Name, "base", baseRate);
        MaxRate = PolicyRules.MaxRate(Name, maxRate, baseRate);
        StepSize = PolicyRules.Iterations(Name, "step", stepSize);
    }

    /// <inheritdoc/>
    public override string Name => "warmup";

    /// <summary>The rate of iteration 0.</summary>
    public double BaseRate { get; }

    /// <summary>The rate from the step size on.</summary>
    public double MaxRate { get; }

    /// <summary>Iterations of the rise.</summary>
    public long StepSize { get; }

    /// <inheritdoc/>
    public override long? Unit => StepSize;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new WarmupPolicy(BaseRate, MaxRate, Scaling.Of(StepSize, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double share = (double)Math.Min(iteration, StepSize) / StepSize;
        return Math.Clamp(double.Lerp(BaseRate, MaxRate, share), BaseRate, MaxRate);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},max={TextPiece.Number(MaxRate)},step={StepSize}";
}
