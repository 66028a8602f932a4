using System.Collections.Immutable;
using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>multistep</c>: base · γ^n, where n counts the milestones at or before the iteration. Source: Caffe's solver, whose
/// counter is state; here the milestones are counted afresh, which gives the same rates.
/// </summary>
public sealed record MultistepPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate before the first milestone, above 0.</param>
    /// <param name="gamma">The factor at every milestone, above 0.</param>
    /// <param name="milestones">The iterations at which the rate changes: at least one, each above 0 and later than the one before.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public MultistepPolicy(double baseRate, double gamma, params IEnumerable<long> milestones)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Gamma = PolicyRules.Positive(Name, "gamma", gamma);
        Milestones = PolicyRules.Rising(Name, "at", milestones);
    }

    /// <inheritdoc/>
    public override string Name => "multistep";

    /// <summary>The rate before the first milestone.</summary>
    public double BaseRate { get; }

    /// <summary>The factor at every milestone.</summary>
    public double Gamma { get; }

    /// <summary>The iterations at which the rate changes, rising.</summary>
    public ImmutableArray<long> Milestones { get; }

    /// <summary>The first milestone.</summary>
    public override long? Unit => Milestones[0];

    /// <inheritdoc/>
    /// <remarks>Milestones that would fall together come one iteration after the other.</remarks>
    public override LearningRatePolicy Scaled(double factor)
    {
        var milestones = new List<long>();
        foreach (long milestone in Milestones)
            milestones.Add(Math.Max(Scaling.Of(milestone, factor), milestones.LastOrDefault() + 1));
        return new MultistepPolicy(BaseRate, Gamma, milestones);
    }

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        int found = Milestones.BinarySearch(iteration);
        return ExponentialPolicy.Scaled(BaseRate, Gamma, found >= 0 ? found + 1 : ~found);
    }

    /// <summary>Equal when base, gamma and every milestone are.</summary>
    /// <param name="other">The policy to compare with.</param>
    /// <returns>Whether both give the same rates by the same parameters.</returns>
    public bool Equals(MultistepPolicy? other) =>
        other is not null && BaseRate.Equals(other.BaseRate) && Gamma.Equals(other.Gamma)
        && Milestones.AsSpan().SequenceEqual(other.Milestones.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(BaseRate, Gamma, Milestones.Length, Milestones[0]);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},gamma={TextPiece.Number(Gamma)},at={string.Join('+', Milestones)}";
}
