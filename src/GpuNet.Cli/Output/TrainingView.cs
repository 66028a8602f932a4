using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Shows runs on standard error while they train.</summary>
internal abstract class TrainingView
{
    /// <summary>The form that fits the console.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="classes">Classes of the data set.</param>
    public static TrainingView For(CliConsole console, int classes) =>
        console.IsLive ? new LiveTrainingView(console) : new PlainTrainingView(console, EvaluationRecord.ShowsTop5(classes));

    /// <summary>Shows runs until the work returns.</summary>
    /// <param name="steps">The runs to come.</param>
    /// <param name="train">Trains; it is given the observer of each run.</param>
    /// <returns>What the work returns.</returns>
    public abstract T Show<T>(IReadOnlyList<ComparisonStep> steps, Func<Func<ComparisonStep, ITrainingObserver>, T> train);

    /// <summary>How a run ended, in a word or a sentence.</summary>
    protected static string EndOf(TrainingResult result) => result switch
    {
        { Divergence: { } divergence } => $"diverged at iteration {divergence.Iteration}",
        { Outcome: RunOutcome.Cancelled } => $"cancelled after {result.Iterations} iterations",
        { Best: { } best } => $"best {Format.Percent(best.Accuracy)} at {best.Iteration}, {Format.Time(result.Elapsed)}",
        _ => "done",
    };

    /// <summary>The time that a run still needs, from the time that it took so far, evaluations included.</summary>
    protected static TimeSpan Left(IterationRecord record, long iterations) =>
        record.Elapsed / (record.Iteration + 1) * (iterations - record.Iteration - 1);
}
