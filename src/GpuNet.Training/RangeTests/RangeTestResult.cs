using System.Collections.Immutable;

namespace GpuNet.Training.RangeTests;

/// <summary>What a range test saw, and what it suggests.</summary>
/// <param name="Options">What it swept over.</param>
/// <param name="Sweep">How it trained: the sweep as its policy, its iterations, and the rest as the run to come.</param>
/// <param name="End">How it ended.</param>
/// <param name="Losses">The training loss at each rate that was read; finite.</param>
/// <param name="Accuracies">The test accuracy at regular points, the first before any update.</param>
/// <param name="Suggestion">Bounds for a cyclical rate, or null.</param>
/// <param name="Problem">Why there is no suggestion, as a clause; null if there is one.</param>
/// <param name="FromLoss">What other finders read off the loss.</param>
/// <param name="Run">The training itself.</param>
public sealed record RangeTestResult(
    RangeTestOptions Options,
    TrainingOptions Sweep,
    SweepEnd End,
    ImmutableArray<SweepLoss> Losses,
    ImmutableArray<SweepAccuracy> Accuracies,
    RangeSuggestion? Suggestion,
    string? Problem,
    LossSuggestions FromLoss,
    TrainingResult Run)
{
    /// <summary>One sentence on how it ended.</summary>
    public string EndText => End switch
    {
        SweepEnd.Completed => FormattableString.Invariant($"The sweep reached its last rate, {Options.MaxRate}."),
        SweepEnd.Diverged => FormattableString.Invariant($"The sweep stopped at rate {Losses[^1].Rate:G3}, iteration {Losses[^1].Iteration}: the smoothed loss, {Losses[^1].Smoothed:G4}, is above {Options.DivergenceFactor} times its least."),
        SweepEnd.NotFinite => $"The sweep stopped: {Run.Divergence}.",
        _ => $"The sweep was cancelled after {Run.Iterations} iterations.",
    };
}
