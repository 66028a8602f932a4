using System.Collections.Immutable;

namespace GpuNet.Training.Comparisons;

/// <summary>What a variant came to over its seeds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Runs">Its runs, one a seed, in order; at least one.</param>
public sealed record VariantResult(string Name, ImmutableArray<RunRecord> Runs)
{
    /// <summary>A run on its own.</summary>
    /// <param name="run">The run.</param>
    public VariantResult(RunRecord run) : this(run.Name, [run])
    {
    }

    /// <summary>The settings of its runs; the seed is the first one's.</summary>
    public TrainingOptions Options => Runs[0].Options;

    /// <summary>The runs that came to their end.</summary>
    public ImmutableArray<RunRecord> Completed => [.. Runs.Where(run => run.Result.Outcome == RunOutcome.Completed)];

    /// <summary>The runs that means are taken of: those that came to their end, or all if none did.</summary>
    public ImmutableArray<RunRecord> Measured => Completed is { Length: > 0 } completed ? completed : Runs;

    /// <summary>The accuracy at the end, from 0 to 1; null if no run came to its end.</summary>
    public Spread? LastAccuracy => Spread.Of(Completed.Select(run => run.Result.Last!.Value.Accuracy));

    /// <summary>Each run's best accuracy, from 0 to 1; null if none was measured.</summary>
    public Spread? BestAccuracy => Spread.Of(Measured.Select(run => run.Result.Best?.Accuracy).OfType<double>());

    /// <summary>The accuracy at the end against that of the reference's run of the same seed, where both came to their end; null of the reference itself,
    /// and with fewer than 2 such seeds.</summary>
    public PairedTest? Difference { get; init; }

    /// <summary>The p-value of <see cref="Difference"/> after Holm's correction for all variants that are tested; null as that one is.</summary>
    public double? CorrectedPValue { get; init; }

    /// <summary>How soon it reached the reference's best accuracy; null where no run of the reference came to its end.</summary>
    public ReferenceReached? Reached { get; init; }

    /// <summary>Its name, and what became of runs that did not come to their end.</summary>
    public string Title
    {
        get
        {
            int diverged = Runs.Count(run => run.Result.Outcome == RunOutcome.Diverged);
            string of = Runs.Length == 1 ? "" : $"{diverged} of {Runs.Length} ";
            return diverged > 0 ? $"{Name} ({of}diverged)" : Completed.Length < Runs.Length ? $"{Name} (cancelled)" : Name;
        }
    }

    /// <summary>The accuracy after a number of updates.</summary>
    /// <param name="iteration">Updates made.</param>
    /// <returns>Of the runs that were evaluated there, from 0 to 1; null if none was.</returns>
    public Spread? AccuracyAt(long iteration) => Spread.Of(Measured.Select(run => run.Result.AccuracyAt(iteration)).OfType<double>());
}
