using System.Collections.Immutable;

namespace GpuNet.Training;

/// <summary>How far a run has come, between two iterations: what it goes on from, besides the weights and what the optimizer keeps.</summary>
public sealed record TrainingProgress
{
    /// <summary>A run that has not begun.</summary>
    public static TrainingProgress Start { get; } = new();

    /// <summary>Updates made. Batches, crops, mirrors, dropout, rate and momentum are functions of it and of the settings.</summary>
    public long Iteration { get; init; }

    /// <summary>Every evaluation so far, in order; the last may be the one due before the next update.</summary>
    public ImmutableArray<EvaluationRecord> Evaluations { get; init; } = [];

    /// <summary>Time since the run began, without the time between two parts of it.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Of that, time in training.</summary>
    public TimeSpan TrainingTime { get; init; }

    /// <summary>The last iteration whose loss was read and finite; −1 if there was none.</summary>
    public long LastFiniteIteration { get; init; } = -1;

    internal LossWindows? Losses { get; init; }

    /// <summary>Whether an iteration is made.</summary>
    /// <param name="iteration">The iteration; null is none.</param>
    internal bool HasMade(long? iteration) => iteration < Iteration;

    /// <summary>Whether the evaluation before an iteration is made, if there is one.</summary>
    /// <param name="iteration">The iteration; null is none.</param>
    internal bool HasEvaluated(long? iteration) => Evaluations is [.., var last] && iteration <= last.Iteration;
}
