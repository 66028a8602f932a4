using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>The tables that a run and a comparison end with.</summary>
internal static class ResultTables
{
    // More columns would not fit a terminal of 120 and of 80 columns; with standard deviations they are wider.
    private const int MaxCheckpoints = 6, MaxCheckpointsOfSeeds = 3, MaxCheckpointsNarrow = 1;

    /// <summary>One run.</summary>
    public static void Show(CliConsole console, RunRecord run)
    {
        var result = run.Result;
        console.Show(
            ["Policy", "Iterations", "Test accuracy", "Top 5", "Test loss", "Best accuracy", .. result.TenCrop is null ? (string[])[] : ["Ten crops", "Ten crops, top 5"], "Images/s", "Time"],
            [[
                run.Options.Policy.ToString(),
                $"{result.Iterations}",
                result.Last is { } last ? Format.Percent(last.Accuracy) : "-",
                result.Last is { } five ? Format.Percent(five.Top5Accuracy) : "-",
                result.Last is { } end ? Format.Loss(end.Loss) : "-",
                result.Best is { } best ? $"{Format.Percent(best.Accuracy)} at {best.Iteration}" : "-",
                .. result.TenCrop is { } tenCrop ? (string[])[Format.Percent(tenCrop.Accuracy), Format.Percent(tenCrop.Top5Accuracy)] : [],
                Format.Whole(result.ImagesPerSecond),
                Format.Time(result.Elapsed),
            ]]);
    }

    /// <summary>All runs of a comparison: accuracy at some of the checkpoints, how fast each got where the reference ended, and of several seeds what is more than
    /// chance.</summary>
    public static void Show(CliConsole console, ComparisonResult comparison, int classes)
    {
        int checkpoints = console.IsNarrow ? MaxCheckpointsNarrow : comparison.Seeds.Length > 1 ? MaxCheckpointsOfSeeds : MaxCheckpoints;
        console.Show(ComparisonTables.Results(comparison, EvaluationRecord.ShowsTop5(classes), checkpoints));
        if (comparison.Variants.Any(variant => variant.Difference is not null))
            console.Show(ComparisonTables.Differences(comparison));
        foreach (string note in ComparisonTables.Notes(comparison))
            console.Show(note);
    }
}
