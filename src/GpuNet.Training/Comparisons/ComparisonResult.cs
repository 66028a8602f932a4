using System.Collections.Immutable;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Comparisons;

/// <summary>What a comparison came to.</summary>
/// <param name="Recipe">What all runs share.</param>
/// <param name="Runs">The runs made, in order.</param>
public sealed record ComparisonResult(Recipe Recipe, ImmutableArray<RunRecord> Runs)
{
    /// <summary>The run that the others are measured against: the first with a fixed rate, else the first; null if none was made.</summary>
    public RunRecord? Reference => Runs.FirstOrDefault(run => run.Options.Policy is FixedPolicy) ?? Runs.FirstOrDefault();

    /// <summary>The best accuracy of the reference, from 0 to 1; null if it has none or did not complete.</summary>
    public double? ReferenceAccuracy => Reference is { Result: { Outcome: RunOutcome.Completed, Best: { } best } } ? best.Accuracy : null;

    /// <summary>Every iteration at which some run was evaluated, rising.</summary>
    public ImmutableArray<long> Checkpoints =>
        [.. Runs.SelectMany(run => run.Result.Evaluations).Select(evaluation => evaluation.Iteration).Distinct().Order()];

    /// <summary>Updates that a run needed until an evaluation showed the reference's best accuracy or more.</summary>
    /// <param name="run">One of the runs.</param>
    /// <returns>The updates; null if it never got there, or there is no reference accuracy.</returns>
    public long? IterationsToReference(RunRecord run) => ReferenceAccuracy is { } accuracy ? run.Result.IterationsUntil(accuracy) : null;
}
