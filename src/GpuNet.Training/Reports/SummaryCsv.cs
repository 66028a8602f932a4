using System.Globalization;
using System.Text;
using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Reports;

/// <summary>A comparison's variants as CSV (RFC 4180), a row each over its seeds: all that the tables show, unrounded; what there is none of is empty.</summary>
internal static class SummaryCsv
{
    /// <summary>The file, UTF-8.</summary>
    public static byte[] Of(ComparisonResult comparison)
    {
        var table = ReportTable.Of<VariantResult>(
            comparison.Variants,
            [
                ("run", variant => variant.Name),
                ("policy", variant => variant.Options.Policy.ToString()),
                ("optimizer", variant => variant.Options.Optimizer.ToString()),
                ("iterations", variant => Number(variant.Options.Iterations)),
                ("seeds", variant => Number(variant.Runs.Length)),
                ("completed", variant => Number(variant.Completed.Length)),
                ("diverged", variant => Number(variant.Runs.Count(run => run.Result.Outcome == RunOutcome.Diverged))),
                .. Columns("last_accuracy", variant => variant.LastAccuracy),
                .. Columns("last_top5_accuracy", variant => Spread.Of(variant.Completed.Select(run => run.Result.Last!.Value.Top5Accuracy))),
                .. Columns("ten_crop_accuracy", variant => Spread.Of(variant.Completed.Select(run => run.Result.TenCrop?.Accuracy).OfType<double>())),
                .. Columns("best_accuracy", variant => variant.BestAccuracy),
                .. comparison.Checkpoints.SelectMany(iteration => Columns($"accuracy_at_{iteration}", variant => variant.AccuracyAt(iteration))),
                .. Columns("iterations_to_reference", variant => variant.Reached?.Iterations),
                ("seeds_that_reached_reference", variant => Number(variant.Reached?.Reached)),
                ("seeds_with_reference", variant => Number(variant.Reached?.Seeds)),
                .. Columns("difference_from_reference", variant => variant.Difference?.Difference),
                ("pairs", variant => Number(variant.Difference?.Difference.Count)),
                ("interval_low", variant => Number(variant.Difference?.Interval?.Low)),
                ("interval_high", variant => Number(variant.Difference?.Interval?.High)),
                ("p", variant => Number(variant.Difference?.PValue)),
                ("p_corrected", variant => Number(variant.CorrectedPValue)),
                ("images_per_second", variant => Number(variant.Runs.Average(run => run.Result.ImagesPerSecond))),
                ("elapsed_seconds", variant => Number(variant.Runs.Sum(run => run.Result.Elapsed.TotalSeconds))),
            ]);
        var text = new StringBuilder();
        foreach (var row in table.Rows.Prepend(table.Columns))
            text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static (string Name, Func<VariantResult, string> Text)[] Columns(string name, Func<VariantResult, Spread?> spread) =>
        [(name, variant => Number(spread(variant)?.Mean)), ($"{name}_sd", variant => Number(spread(variant)?.Deviation))];

    private static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
