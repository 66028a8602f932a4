using System.Collections.Immutable;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Comparisons;

/// <summary>What a comparison came to. Runs of one seed begin with the same weights and see the same batches, so variants are compared seed by seed.</summary>
public sealed class ComparisonResult
{
    private readonly Dictionary<ulong, double> goals;

    /// <summary>Measures every variant against the reference.</summary>
    /// <param name="recipe">What all runs share.</param>
    /// <param name="runs">The runs made, in order.</param>
    public ComparisonResult(Recipe recipe, ImmutableArray<RunRecord> runs)
    {
        (Recipe, Runs) = (recipe, runs);
        VariantResult[] variants = [.. runs.GroupBy(run => run.Name).Select(group => new VariantResult(group.Key, [.. group]))];
        var reference = variants.FirstOrDefault(variant => variant.Options.Policy is FixedPolicy) ?? variants.FirstOrDefault();
        goals = reference?.Completed.Where(run => run.Result.Best is not null).ToDictionary(run => run.Options.Seed, run => run.Result.Best!.Value.Accuracy) ?? [];
        Variants = Corrected([.. variants.Select(variant => variant with { Reached = ReachedBy(variant), Difference = DifferenceOf(variant, reference!) })]);
        Reference = Variants.FirstOrDefault(variant => variant.Name == reference!.Name);
    }

    /// <summary>What all runs share; its own policy is not used.</summary>
    public Recipe Recipe { get; }

    /// <summary>The runs made, in order.</summary>
    public ImmutableArray<RunRecord> Runs { get; }

    /// <summary>The runs by variant, in the order of their first runs.</summary>
    public ImmutableArray<VariantResult> Variants { get; }

    /// <summary>The variant that the others are measured against: the first with a fixed rate, else the first; null if no run was made.</summary>
    public VariantResult? Reference { get; }

    /// <summary>The seeds, in the order of their first runs.</summary>
    public ImmutableArray<ulong> Seeds => [.. Runs.Select(run => run.Options.Seed).Distinct()];

    /// <summary>The best accuracy of the reference, from 0 to 1, of several seeds the mean; null if it has none or did not complete.</summary>
    public double? ReferenceAccuracy => Spread.Of(goals.Values)?.Mean;

    /// <summary>Variants whose difference from the reference has a p-value.</summary>
    public int Tests => Variants.Count(variant => variant.CorrectedPValue is not null);

    /// <summary>Every iteration at which some run was evaluated, rising.</summary>
    public ImmutableArray<long> Checkpoints =>
        [.. Runs.SelectMany(run => run.Result.Evaluations).Select(evaluation => evaluation.Iteration).Distinct().Order()];

    /// <summary>Updates that a run needed until an evaluation showed the best accuracy of the reference's run of its seed, or more.</summary>
    /// <param name="run">One of the runs.</param>
    /// <returns>The updates; null if it never got there, or there is no such accuracy.</returns>
    public long? IterationsToReference(RunRecord run) => goals.TryGetValue(run.Options.Seed, out double accuracy) ? run.Result.IterationsUntil(accuracy) : null;

    private ReferenceReached? ReachedBy(VariantResult variant)
    {
        if (goals.Count == 0)
            return null;
        RunRecord[] runs = [.. variant.Runs.Where(run => goals.ContainsKey(run.Options.Seed))];
        double[] needed = [.. runs.Select(IterationsToReference).OfType<long>()];
        return new(Spread.Of(needed), needed.Length, runs.Length);
    }

    private static PairedTest? DifferenceOf(VariantResult variant, VariantResult reference) => variant.Name == reference.Name ? null : PairedTest.Of(
        from run in variant.Completed
        join other in reference.Completed on run.Options.Seed equals other.Options.Seed
        select run.Result.Last!.Value.Accuracy - other.Result.Last!.Value.Accuracy);

    private static ImmutableArray<VariantResult> Corrected(VariantResult[] variants)
    {
        int[] tested = [.. variants.Index().Where(variant => variant.Item.Difference?.PValue is not null).Select(variant => variant.Index)];
        double[] corrected = PairedTest.Holm([.. tested.Select(i => variants[i].Difference!.PValue!.Value)]);
        foreach (var (rank, i) in tested.Index())
            variants[i] = variants[i] with { CorrectedPValue = corrected[rank] };
        return [.. variants];
    }
}
