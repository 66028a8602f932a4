using System.Collections.Immutable;
using System.Text.Json;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Files;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Reports;

/// <summary>Reads what a run of a comparison came to, as its <c>run.json</c> has it: all that tables, plots and reports are made of.</summary>
internal static class RunReader
{
    // Some 400,000 evaluations.
    private const int MostBytes = 64 << 20;

    // A century, beyond which no run lasts.
    private const double MostSeconds = 3.2e9;

    // Differences that a message names.
    private const int MostDifferences = 3;

    /// <summary>Reads and checks a run's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">What the comparison's runs share.</param>
    /// <param name="setting">What they are made with.</param>
    /// <param name="step">The run.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="RunFileException">The file cannot be read, is broken, is of another run, or says what cannot be.</exception>
    public static TrainingResult Read(string path, Recipe recipe, RunSetting setting, ComparisonStep step) =>
        Parse(path, BytesOf(path, MostBytes, WayOut), ReportJson.ConfigurationOf(recipe with { Training = step.Options }, setting), step);

    /// <summary>Reads and checks the content of a run's file.</summary>
    internal static TrainingResult Parse(string path, byte[] bytes, JsonElement configuration, ComparisonStep step)
    {
        Content content;
        string[] differences;
        try
        {
            content = ReportJson.Read<Content>(bytes) ?? throw Refuse(path, "it is empty");
            differences = [.. JsonDifferences.Of(content.Configuration, configuration, "configuration").Take(MostDifferences)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Refuse(path, $"it is broken: {ForeignText.Shorten(error.Message.TrimEnd('.'))}", error);
        }

        var result = content.Result;
        if (content.Kind != ReportJson.RunKind)
            throw Refuse(path, $"it is no description of a run, but of kind '{ForeignText.Shorten(content.Kind, 40)}'");
        if (differences.Length > 0)
            throw Refuse(path, $"it is of a run with other settings: {string.Join("; ", differences)}");
        string policy = step.Options.Policy.ToString();
        if (result.Name != step.Name || result.Policy != policy)
            throw Refuse(path, $"it is of run '{ForeignText.Shorten(result.Name, 40)}' with {ForeignText.Shorten(result.Policy, 100)}, where run '{step.Name}' with {policy} is expected");
        return Checked(path, content, step.Options);
    }

    /// <summary>The bytes of a file that an earlier run left.</summary>
    /// <exception cref="RunFileException">It cannot be read, or has more than it may have.</exception>
    public static byte[] BytesOf(string path, int most, string wayOut)
    {
        try
        {
            return BoundedFile.Read(path, most) ?? throw new RunFileException($"'{path}' has more than {most} bytes, which no such file has. {wayOut}");
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not RunFileException))
        {
            throw new RunFileException($"'{path}' cannot be read: {ForeignText.Shorten(error.Message)} Make it readable, or do this: {wayOut}", error);
        }
    }

    private const string WayOut = "Delete it to make that run again.";

    private static TrainingResult Checked(string path, Content content, TrainingOptions options)
    {
        var result = content.Result;
        bool isCompleted = result.Outcome == nameof(RunOutcome.Completed);
        Demand(isCompleted || result.Outcome == nameof(RunOutcome.Diverged), $"its outcome is '{ForeignText.Shorten(result.Outcome, 40)}', not {nameof(RunOutcome.Completed)} or {nameof(RunOutcome.Diverged)}");
        Demand(isCompleted ? result.Iterations == options.Iterations : result.Iterations >= 0 && result.Iterations <= options.Iterations, $"it made {result.Iterations} of {options.Iterations} iterations and {result.Outcome.ToLowerInvariant()}");
        Demand(result.ElapsedSeconds is >= 0 and <= MostSeconds, $"it took {result.ElapsedSeconds} seconds");
        Demand(double.IsFinite(result.ImagesPerSecond) && result.ImagesPerSecond >= 0, $"it trained on {result.ImagesPerSecond} images per second");
        CheckEvaluations(isCompleted);
        CheckLossCurve();
        Demand(isCompleted == result.Divergence is null, $"its outcome is {result.Outcome}, but it {(result.Divergence is null ? "says nowhere where it diverged" : "says where it diverged")}");
        if (result.Divergence is { } divergence)
        {
            Demand(divergence.Iteration >= 0 && divergence.Iteration <= options.Iterations && divergence.LastFiniteIteration >= -1 && divergence.LastFiniteIteration <= divergence.Iteration, $"it diverged at iteration {divergence.Iteration}, after {divergence.LastFiniteIteration}");
            Demand(double.IsFinite(divergence.Rate) && divergence.Rate >= 0 && !double.IsFinite(divergence.Loss), $"it diverged at a rate of {divergence.Rate} with a loss of {divergence.Loss}");
        }

        Demand((result.TenCrop is not null) == (isCompleted && options.TenCrop), $"it has an evaluation on ten crops that was not asked for, or not the one that was");
        if (result.TenCrop is { } tenCrop)
            CheckEvaluation(tenCrop, options.Iterations, options.Iterations);
        return new(
            isCompleted ? RunOutcome.Completed : RunOutcome.Diverged, result.Iterations, result.Evaluations, content.LossCurve, TimeSpan.FromSeconds(result.ElapsedSeconds), result.ImagesPerSecond, result.Divergence)
        {
            TenCrop = result.TenCrop,
        };

        void CheckEvaluations(bool isCompleted)
        {
            Demand(!result.Evaluations.IsDefault, $"it has no evaluations");
            long last = -1;
            foreach (var evaluation in result.Evaluations)
            {
                CheckEvaluation(evaluation, last + 1, result.Iterations);
                last = evaluation.Iteration;
                Demand(double.IsFinite(evaluation.Loss) || (!isCompleted && last == result.Evaluations[^1].Iteration), $"its test loss at iteration {last} is {evaluation.Loss}, and it went on");
            }

            Demand(!isCompleted || last == options.Iterations, $"it completed, but its last evaluation is at iteration {last} of {options.Iterations}");
        }

        void CheckEvaluation(EvaluationRecord evaluation, long first, long last)
        {
            Demand(evaluation.Iteration >= first && evaluation.Iteration <= last, $"an evaluation is at iteration {evaluation.Iteration}, where one from {first} to {last} is expected");
            Demand(evaluation is { Accuracy: >= 0 and <= 1, Top5Accuracy: >= 0 and <= 1 }, $"its accuracies at iteration {evaluation.Iteration} are {evaluation.Accuracy} and {evaluation.Top5Accuracy}, not from 0 to 1");
        }

        void CheckLossCurve()
        {
            Demand(content.LossCurve is { IsDefault: false, Length: <= LossCurve.Windows }, $"its loss curve is not of {LossCurve.Windows} points at most");
            // The middle of the last window may lie beyond the end.
            double last = double.NegativeInfinity, end = options.Iterations + (options.Iterations / LossCurve.Windows) + 1;
            foreach (var point in content.LossCurve)
            {
                Demand(point.Iteration >= 0 && point.Iteration > last && point.Iteration <= end && double.IsFinite(point.Loss), $"its loss curve has a loss of {point.Loss} at iteration {point.Iteration}, after {last}");
                last = point.Iteration;
            }
        }

        void Demand(bool isSo, FormattableString otherwise)
        {
            if (!isSo)
                throw Refuse(path, FormattableString.Invariant(otherwise));
        }
    }

    private static RunFileException Refuse(string path, string what, Exception? cause = null) => new($"run file '{path}': {what}. {WayOut}", cause);

    private sealed record Content(string Kind, JsonElement Configuration, ResultContent Result, ImmutableArray<LossPoint> LossCurve);

    private sealed record ResultContent(
        string Name,
        string Policy,
        string Outcome,
        long Iterations,
        ImmutableArray<EvaluationRecord> Evaluations,
        EvaluationRecord? TenCrop,
        Divergence? Divergence,
        double ElapsedSeconds,
        double ImagesPerSecond);
}
