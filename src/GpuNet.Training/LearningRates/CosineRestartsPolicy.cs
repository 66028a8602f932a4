using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>cosine_restarts</c>: the rate falls from max to base along half a cosine, starts again at max, and takes mult times as many iterations each time.
/// Without restarts it is a period as long as the run. Source: SGDR, arXiv 1608.03983, equation 5; PyTorch's CosineAnnealingWarmRestarts.
/// </summary>
public sealed record CosineRestartsPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate at the end of a cycle, which its last iteration comes near, 0 or above.</param>
    /// <param name="maxRate">The rate at the start of a cycle, base or above.</param>
    /// <param name="period">Iterations of the first cycle.</param>
    /// <param name="multiplier">The ratio of a cycle's length to that of the one before, 1 or above.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public CosineRestartsPolicy(double baseRate, double maxRate, long period, long multiplier = 1)
    {
        BaseRate = PolicyRules.NotNegative(Name, "base", baseRate);
        MaxRate = PolicyRules.MaxRate(Name, maxRate, baseRate);
        Period = PolicyRules.Iterations(Name, "period", period);
        Multiplier = PolicyRules.Multiplier(Name, "mult", multiplier);
    }

    /// <inheritdoc/>
    public override string Name => "cosine_restarts";

    /// <summary>The rate that a cycle falls to.</summary>
    public double BaseRate { get; }

    /// <summary>The rate at the start of a cycle.</summary>
    public double MaxRate { get; }

    /// <summary>Iterations of the first cycle.</summary>
    public long Period { get; }

    /// <summary>The ratio of a cycle's length to that of the one before.</summary>
    public long Multiplier { get; }

    /// <inheritdoc/>
    public override long? CycleLength => Multiplier == 1 ? Period : null;

    /// <inheritdoc/>
    public override bool IsCyclical => true;

    /// <inheritdoc/>
    public override long? Unit => Period;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new CosineRestartsPolicy(BaseRate, MaxRate, Scaling.Of(Period, factor), Multiplier);

    /// <inheritdoc/>
    public override PolicyCycle? CycleAt(long iteration)
    {
        if (Multiplier == 1)
            return base.CycleAt(iteration);
        (long start, long length) = (0, Period);
        while (iteration - start >= length)
        {
            start += length;
            length = length > long.MaxValue / Multiplier ? long.MaxValue : length * Multiplier;
        }

        return new(start, length);
    }

    /// <inheritdoc/>
    public override double At(long iteration) => Math.Clamp(double.Lerp(BaseRate, MaxRate, HeightAt(iteration)), BaseRate, MaxRate);

    /// <inheritdoc/>
    public override double HeightAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        var cycle = CycleAt(iteration)!.Value;
        // ½·(1 + cos πx) without the sum, which would round small heights away.
        double cosine = Math.Cos(Math.PI / 2 * ((double)(iteration - cycle.Start) / cycle.Length));
        return cosine * cosine;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},max={TextPiece.Number(MaxRate)},period={Period}{(Multiplier == 1 ? "" : $",mult={Multiplier}")}";
}
