using System.Collections.Immutable;

namespace GpuNet.Training;

/// <summary>What a run came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Iterations">Updates made.</param>
/// <param name="Evaluations">Every evaluation, in order; the last of a completed run is at its end.</param>
/// <param name="LossCurve">The training loss, smoothed to at most 200 points.</param>
/// <param name="Elapsed">Time of the whole run, evaluations included.</param>
/// <param name="ImagesPerSecond">Images trained on per second over the whole run; evaluations do not count.</param>
/// <param name="Divergence">Where the loss was seen to be NaN or infinite, or null.</param>
public sealed record TrainingResult(
    RunOutcome Outcome,
    long Iterations,
    ImmutableArray<EvaluationRecord> Evaluations,
    ImmutableArray<LossPoint> LossCurve,
    TimeSpan Elapsed,
    double ImagesPerSecond,
    Divergence? Divergence = null)
{
    /// <summary>The evaluation on ten windows of each image at the end of a run that completed; null if it was not asked for.</summary>
    public EvaluationRecord? TenCrop { get; init; }

    /// <summary>The evaluation with the highest accuracy, the earliest of equals; null if none was made with a finite loss.</summary>
    public EvaluationRecord? Best => Finite.Length == 0 ? null : Finite.MaxBy(evaluation => evaluation.Accuracy);

    /// <summary>The last evaluation; null if none was made.</summary>
    public EvaluationRecord? Last => Evaluations.Length == 0 ? null : Evaluations[^1];

    private ImmutableArray<EvaluationRecord> Finite => [.. Evaluations.Where(evaluation => double.IsFinite(evaluation.Loss))];

    /// <summary>The test accuracy after a number of updates.</summary>
    /// <param name="iteration">Updates made.</param>
    /// <returns>The accuracy, from 0 to 1; null if no evaluation was made there.</returns>
    public double? AccuracyAt(long iteration)
    {
        foreach (var evaluation in Evaluations)
        {
            if (evaluation.Iteration == iteration)
                return evaluation.Accuracy;
        }

        return null;
    }

    /// <summary>The first evaluation at which an accuracy was reached.</summary>
    /// <param name="accuracy">The accuracy, from 0 to 1.</param>
    /// <returns>Updates made until then; null if it never was.</returns>
    public long? IterationsUntil(double accuracy)
    {
        foreach (var evaluation in Finite)
        {
            if (evaluation.Accuracy >= accuracy)
                return evaluation.Iteration;
        }

        return null;
    }
}
