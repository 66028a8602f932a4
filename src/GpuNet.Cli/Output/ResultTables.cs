using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>The tables that a run and a comparison end with.</summary>
internal static class ResultTables
{
    // More columns would not fit a terminal of 120 and of 80 columns.
    private const int MaxCheckpoints = 6, MaxCheckpointsNarrow = 1;

    /// <summary>One run.</summary>
    public static void Show(CliConsole console, RunRecord run)
    {
        var result = run.Result;
        console.Show(
            ["Policy", "Iterations", "Test accuracy", "Top 5", "Test loss", "Best accuracy", .. TenCropColumns([run]), "Images/s", "Time"],
            [[
                run.Options.Policy.ToString(),
                $"{result.Iterations}",
                result.Last is { } last ? Format.Percent(last.Accuracy) : "-",
                result.Last is { } five ? Format.Percent(five.Top5Accuracy) : "-",
                result.Last is { } end ? Format.Loss(end.Loss) : "-",
                BestOf(result),
                .. TenCropOf(run, [run]),
                Format.Whole(result.ImagesPerSecond),
                Format.Time(result.Elapsed),
            ]]);
    }

    /// <summary>All runs of a comparison: accuracy at some of the checkpoints, and how fast each got where the reference ended.</summary>
    public static void Show(CliConsole console, ComparisonResult comparison, int classes)
    {
        long[] checkpoints = [.. Some(comparison.Checkpoints, console.IsNarrow ? MaxCheckpointsNarrow : MaxCheckpoints)];
        bool showsTop5 = EvaluationRecord.ShowsTop5(classes);
        string goal = comparison.ReferenceAccuracy is { } accuracy ? $"To {Format.Percent(accuracy)}" : "To -";
        console.Show(
            ["Run", .. checkpoints.Select(c => $"at {c}"), "Best", .. showsTop5 ? (string[])["Top 5"] : [], .. TenCropColumns(comparison.Runs), goal, "Images/s", "Time"],
            comparison.Runs.Select(run => (string[])
            [
                NameOf(run),
                .. checkpoints.Select(c => run.Result.AccuracyAt(c) is { } at ? Format.Percent(at) : "-"),
                BestOf(run.Result),
                .. showsTop5 ? (string[])[run.Result.Last is { } last ? Format.Percent(last.Top5Accuracy) : "-"] : [],
                .. TenCropOf(run, comparison.Runs),
                comparison.ReferenceAccuracy is null ? "-" : comparison.IterationsToReference(run) is { } needed ? $"{needed}" : "never",
                Format.Whole(run.Result.ImagesPerSecond),
                Format.Time(run.Result.Elapsed),
            ]));
        if (comparison is { ReferenceAccuracy: not null, Reference: { } reference })
            console.Show($"{goal}: iterations until the best accuracy of run '{reference.Name}' was reached.");
    }

    // Columns that are there if a run was evaluated so.
    private static string[] TenCropColumns(IReadOnlyList<RunRecord> runs) => runs.Any(run => run.Result.TenCrop is not null) ? ["Ten crops", "Ten crops, top 5"] : [];

    private static string[] TenCropOf(RunRecord run, IReadOnlyList<RunRecord> runs) => TenCropColumns(runs).Length == 0 ? []
        : run.Result.TenCrop is { } tenCrop ? [Format.Percent(tenCrop.Accuracy), Format.Percent(tenCrop.Top5Accuracy)] : ["-", "-"];

    private static string NameOf(RunRecord run) => run.Result.Outcome switch
    {
        RunOutcome.Diverged => $"{run.Name} (diverged)",
        RunOutcome.Cancelled => $"{run.Name} (cancelled)",
        _ => run.Name,
    };

    private static string BestOf(TrainingResult result) => result.Best is { } best ? $"{Format.Percent(best.Accuracy)} at {best.Iteration}" : "-";

    // Evenly spaced, counted from the last, which always belongs.
    private static IEnumerable<long> Some(IReadOnlyList<long> checkpoints, int most)
    {
        int stride = (checkpoints.Count + most - 1) / most;
        return checkpoints.Where((_, i) => (checkpoints.Count - 1 - i) % stride == 0);
    }
}
