using System.Collections.Immutable;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>staged</c>: policies one after another. A stage's policy sees iterations counted from the stage's start, so the
/// cycles of <c>triangular2</c> begin afresh in every stage. Source: arXiv 1506.01186 v6, Table 2 and appendix A.
/// </summary>
/// <remarks>It has no <see cref="LearningRatePolicy.CycleLength"/>: its stages may cycle at different lengths.</remarks>
public sealed record StagedPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="stages">Two stages or more; the first starts at iteration 0, each other one later than the one before. None is staged itself.</param>
    /// <exception cref="LearningRatePolicyException">The stages break these rules.</exception>
    public StagedPolicy(params IEnumerable<PolicyStage> stages) => Stages = PolicyRules.Stages(Name, stages);

    /// <inheritdoc/>
    public override string Name => "staged";

    /// <summary>The stages, in the order of their starts.</summary>
    public ImmutableArray<PolicyStage> Stages { get; }

    /// <summary>The shortest unit of the stages, of which their starts and the other units usually are multiples; without any, the second stage's start.</summary>
    public override long? Unit => Stages.Min(stage => stage.Policy.Unit) ?? Stages[1].Start;

    /// <inheritdoc/>
    /// <remarks>Stages that would start together start one iteration after the other.</remarks>
    public override LearningRatePolicy Scaled(double factor)
    {
        var stages = new List<PolicyStage>();
        foreach (var stage in Stages)
        {
            long start = stages.Count == 0 ? 0 : Math.Max(Scaling.Of(stage.Start, factor), stages[^1].Start + 1);
            stages.Add(new(start, stage.Policy.Scaled(factor)));
        }

        return new StagedPolicy(stages);
    }

    /// <inheritdoc/>
    public override bool IsCyclical => Stages.Any(stage => stage.Policy.IsCyclical);

    /// <inheritdoc/>
    /// <remarks>A cycle that the next stage cuts short ends there.</remarks>
    public override PolicyCycle? CycleAt(long iteration)
    {
        int index = IndexAt(iteration);
        long start = Stages[index].Start;
        if (Stages[index].Policy.CycleAt(iteration - start) is not { } cycle)
            return null;
        long most = index + 1 < Stages.Length ? Stages[index + 1].Start - start - cycle.Start : long.MaxValue;
        return new(start + cycle.Start, Math.Min(cycle.Length, most));
    }

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        var stage = Stages[IndexAt(iteration)];
        return stage.Policy.At(iteration - stage.Start);
    }

    /// <inheritdoc/>
    public override double HeightAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        var stage = Stages[IndexAt(iteration)];
        return stage.Policy.HeightAt(iteration - stage.Start);
    }

    /// <summary>Equal when every stage is.</summary>
    /// <param name="other">The policy to compare with.</param>
    /// <returns>Whether both have equal stages.</returns>
    public bool Equals(StagedPolicy? other) => other is not null && Stages.AsSpan().SequenceEqual(other.Stages.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stages.Length, Stages[0], Stages[^1]);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join('/', Stages.Select(stage => stage.Start == 0 ? $"{stage.Policy}" : $"{stage.Policy}@{stage.Start}"));

    private int IndexAt(long iteration)
    {
        int last = Stages.Length - 1;
        while (last > 0 && Stages[last].Start > iteration)
            last--;
        return last;
    }
}
