using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>one_cycle</c>: one rise from max / div_factor to max, and one fall, in a run of known length. With two phases the fall goes at once to
/// max / div_factor / final_div_factor; with three it goes back to where the rise began, in as many iterations, and from there to that last rate.
/// It has the values of PyTorch's OneCycleLR: a phase ends at share · iterations − 1, and the last rate is that of the last iteration, which stays.
/// Source: arXiv 1708.07120 and 1803.09820; PyTorch's OneCycleLR.
/// </summary>
public sealed record OneCyclePolicy : LearningRatePolicy
{
    /// <summary>PyTorch's share of the rise.</summary>
    public const double DefaultRiseShare = 0.3;

    /// <summary>PyTorch's ratio of the largest rate to the first.</summary>
    public const double DefaultDivFactor = 25;

    /// <summary>PyTorch's ratio of the first rate to the last.</summary>
    public const double DefaultFinalDivFactor = 10_000;

    /// <summary>Makes the policy.</summary>
    /// <param name="maxRate">The largest rate, above 0.</param>
    /// <param name="iterations">The length of the run.</param>
    /// <param name="riseShare">The share of the iterations in which the rate rises: above 0; below 1 with two phases, at most ½ with three.</param>
    /// <param name="divFactor">The ratio of the largest rate to the first, 1 or above.</param>
    /// <param name="finalDivFactor">The ratio of the first rate to the last, 1 or above.</param>
    /// <param name="phases">2, or 3.</param>
    /// <param name="annealing">How the rate goes from one phase's end to the next.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public OneCyclePolicy(
        double maxRate, long iterations, double riseShare = DefaultRiseShare, double divFactor = DefaultDivFactor, double finalDivFactor = DefaultFinalDivFactor,
        long phases = 2, Annealing annealing = Annealing.Cosine)
    {
        MaxRate = PolicyRules.Positive(Name, "max", maxRate);
        Iterations = PolicyRules.Iterations(Name, "iterations", iterations);
        Phases = PolicyRules.Phases(Name, "phases", phases);
        RiseShare = PolicyRules.RiseShare(Name, "pct_start", riseShare, Phases);
        DivFactor = PolicyRules.Divisor(Name, "div_factor", divFactor);
        FinalDivFactor = PolicyRules.Divisor(Name, "final_div_factor", finalDivFactor);
        Annealing = annealing;
    }

    /// <inheritdoc/>
    public override string Name => "one_cycle";

    /// <summary>The largest rate.</summary>
    public double MaxRate { get; }

    /// <summary>The length of the run; from its last iteration on the rate stays.</summary>
    public long Iterations { get; }

    /// <summary>The share of the iterations in which the rate rises.</summary>
    public double RiseShare { get; }

    /// <summary>The ratio of the largest rate to the first.</summary>
    public double DivFactor { get; }

    /// <summary>The ratio of the first rate to the last.</summary>
    public double FinalDivFactor { get; }

    /// <summary>2, or 3.</summary>
    public int Phases { get; }

    /// <summary>How the rate goes from one phase's end to the next.</summary>
    public Annealing Annealing { get; }

    /// <inheritdoc/>
    public override bool IsCyclical => true;

    /// <inheritdoc/>
    public override long? Unit => Iterations;

    private double FirstRate => MaxRate / DivFactor;

    private double LastRate => FirstRate / FinalDivFactor;

    /// <inheritdoc/>
    public override PolicyCycle? CycleAt(long iteration) => new(0, Iterations);

    /// <inheritdoc/>
    /// <remarks>Phases end one iteration before their share of the run does, so a scaled policy's rates are the original's up to that iteration.</remarks>
    public override LearningRatePolicy Scaled(double factor) =>
        new OneCyclePolicy(MaxRate, Scaling.Of(Iterations, factor), RiseShare, DivFactor, FinalDivFactor, Phases, Annealing);

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        (int phase, double share) = Locate(iteration);
        (double from, double to) = phase switch
        {
            0 => (FirstRate, MaxRate),
            1 => (MaxRate, Phases == 2 ? LastRate : FirstRate),
            _ => (FirstRate, LastRate),
        };
        return Math.Clamp(double.Lerp(from, to, share), LastRate, MaxRate);
    }

    /// <inheritdoc/>
    public override double HeightAt(long iteration) => Locate(iteration) switch
    {
        (0, var share) => share,
        (1, var share) => 1 - share,
        _ => 0,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:max={TextPiece.Number(MaxRate)},iterations={Iterations}"
        + (RiseShare.Equals(DefaultRiseShare) ? "" : $",pct_start={TextPiece.Number(RiseShare)}")
        + (DivFactor.Equals(DefaultDivFactor) ? "" : $",div_factor={TextPiece.Number(DivFactor)}")
        + (FinalDivFactor.Equals(DefaultFinalDivFactor) ? "" : $",final_div_factor={TextPiece.Number(FinalDivFactor)}")
        + (Phases == 2 ? "" : $",phases={Phases}")
        + (Annealing == Annealing.Cosine ? "" : ",anneal=linear");

    // The phase, from 0, and how far the rate has gone in it, from 0 to 1. A phase that has no iterations, in a very short run, is at its end.
    private (int Phase, double Share) Locate(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        double i = Math.Min(iteration, Iterations - 1), last = Iterations - 1, top = (RiseShare * Iterations) - 1, back = Phases == 2 ? last : 2 * top;
        return i <= top ? (0, Anneal(i, top))
            : i <= back ? (1, Anneal(i - top, back - top))
            : (2, Anneal(i - back, last - back));
    }

    private double Anneal(double made, double length)
    {
        if (made >= length)
            return 1;
        double share = made / length;
        // ½·(1 − cos πx) without the difference.
        return Annealing == Annealing.Linear ? share : Math.Pow(Math.Sin(Math.PI / 2 * share), 2);
    }
}
