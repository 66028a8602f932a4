using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Plain lines: one at each evaluation, one every few seconds in between.</summary>
internal sealed class PlainTrainingView(CliConsole console, bool showsTop5) : TrainingView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override T Show<T>(IReadOnlyList<ComparisonStep> steps, Func<Func<ComparisonStep, ITrainingObserver>, T> train) =>
        train(step => new RunLines(console, step, showsTop5));

    private sealed class RunLines(CliConsole console, ComparisonStep step, bool showsTop5) : ITrainingObserver
    {
        private TimeSpan shown = -Interval;

        public void OnStart(TrainingOptions options) =>
            console.Note($"{step.Title}: run {step.Index + 1} of {step.Count}, {options.Policy}, {options.Iterations} iterations");

        public void OnIteration(IterationRecord record)
        {
            if (record.Elapsed - shown < Interval)
                return;
            shown = record.Elapsed;
            console.Note($"{step.Title}: iteration {record.Iteration + 1}/{step.Options.Iterations}, loss {Format.Loss(record.Loss)}, rate {Format.Rate(record.Rate)}, {Format.Whole(record.ImagesPerSecond)} images/s, {Format.Time(Left(record, step.Options.Iterations))} left");
        }

        public void OnEvaluation(EvaluationRecord record) =>
            console.Note($"{step.Title}: iteration {record.Iteration}/{step.Options.Iterations}, test accuracy {Format.Percent(record.Accuracy)}{(showsTop5 ? $", top 5 {Format.Percent(record.Top5Accuracy)}" : "")}, test loss {Format.Loss(record.Loss)}");

        public void OnEnd(TrainingResult result) => console.Note($"{step.Title}: {EndOf(result)}");
    }
}
