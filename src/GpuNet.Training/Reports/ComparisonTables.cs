using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Reports;

/// <summary>The tables of a comparison: of one seed as it is, of several with means and standard deviations.</summary>
public static class ComparisonTables
{
    private const string Nothing = "-";

    /// <summary>All variants: accuracy at equal iterations, at best, and how soon each got where the reference's best lies.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="showsTop5">Whether there is a column for the top-5 accuracy.</param>
    /// <param name="checkpoints">The most columns of accuracies at equal iterations; they are spaced evenly, and the last one always belongs.</param>
    /// <returns>The table.</returns>
    public static ReportTable Results(ComparisonResult comparison, bool showsTop5, int checkpoints) => ReportTable.Of<VariantResult>(
        comparison.Variants,
        [
            ("Run", variant => variant.Title),
            .. Some(comparison.Checkpoints, checkpoints).Select(iteration => ($"at {iteration}", (Func<VariantResult, string>)(variant => AccuracyOf(variant, iteration)))),
            ("Best", BestOf),
            .. Columns(showsTop5, Column("Top 5", result => result.Last?.Top5Accuracy)),
            .. TenCropColumns(comparison),
            (Goal(comparison), ReachedBy),
            ("Images/s", SpeedOf),
            ("Time", TimeOf),
        ]);

    /// <summary>The accuracy at the end, seed by seed against the reference's, and whether the difference is more than chance.</summary>
    /// <param name="comparison">The comparison, of 2 seeds or more.</param>
    /// <returns>The table.</returns>
    public static ReportTable Differences(ComparisonResult comparison) => ReportTable.Of<VariantResult>(
        comparison.Variants,
        [
            ("Run", variant => variant.Title),
            ("At the end", variant => variant.LastAccuracy is { } last ? Format.Percent(last) : Nothing),
            ($"Against {comparison.Reference?.Name}", variant => variant.Difference is { } test ? Format.Points(test.Difference.Mean) : Nothing),
            ("95 % interval", variant => variant.Difference?.Interval is var (low, high) ? $"{Format.Points(low)} to {Format.Points(high)}" : Nothing),
            ("p", variant => variant.Difference?.PValue is { } p ? Format.PValue(p) : Nothing),
            .. Columns(comparison.Tests > 1, ("p, corrected", variant => variant.CorrectedPValue is { } p ? Format.PValue(p) : Nothing)),
            ("Seeds", variant => $"{variant.Difference?.Difference.Count ?? variant.Completed.Length}"),
        ]);

    /// <summary>How each variant ended.</summary>
    internal static ReportTable Ends(ComparisonResult comparison)
    {
        double? reference = comparison.Reference?.LastAccuracy?.Mean;
        return ReportTable.Of<VariantResult>(
            comparison.Variants,
            [
                ("Run", variant => variant.Title),
                ("At the end", variant => variant.LastAccuracy is { } last ? Format.Percent(last) : Nothing),
                ($"Against {comparison.Reference?.Name}", variant => variant.Name == comparison.Reference?.Name ? Nothing : DifferenceOf(variant) is { } difference ? Format.Points(difference) : Nothing),
                ("Best", BestOf),
                .. TenCropColumns(comparison),
                ("Images/s", SpeedOf),
                ("Time", TimeOf),
            ]);

        // Of several seeds only those count that came to their end with both.
        double? DifferenceOf(VariantResult variant) => comparison.Seeds.Length > 1 ? variant.Difference?.Difference.Mean : variant.LastAccuracy?.Mean - reference;
    }

    /// <summary>The accuracies at the iterations that runs were evaluated at, a row each.</summary>
    internal static ReportTable AtEqualIterations(ComparisonResult comparison, int checkpoints) => ReportTable.Of<long>(
        [.. Some(comparison.Checkpoints, checkpoints)],
        [
            ("Iteration", iteration => $"{iteration}"),
            .. comparison.Variants.Select(variant => (variant.Title, (Func<long, string>)(iteration => AccuracyOf(variant, iteration)))),
        ]);

    /// <summary>How soon each variant got where the reference's best lies, and how often.</summary>
    internal static ReportTable ToEqualAccuracy(ComparisonResult comparison)
    {
        double? reference = comparison.Reference?.Reached?.Iterations?.Mean;
        return ReportTable.Of<VariantResult>(
            comparison.Variants,
            [
                ("Run", variant => variant.Title),
                (Goal(comparison), variant => variant.Reached is { Iterations: { } needed } ? Format.Whole(needed) : variant.Reached is null ? Nothing : "never"),
                ($"Of {comparison.Reference?.Name}'s", variant => variant.Reached is { Iterations: { } needed } reached && reached.Reached == reached.Seeds && reference > 0 ? FormattableString.Invariant($"{100 * needed.Mean / reference:F0} %") : Nothing),
                ("Seeds that got there", variant => variant.Reached is { } reached ? $"{reached.Reached} of {reached.Seeds}" : Nothing),
            ]);
    }

    /// <summary>Every run of every seed.</summary>
    internal static ReportTable Runs(ComparisonResult comparison) => ReportTable.Of<RunRecord>(
        comparison.Runs,
        [
            ("Run", run => run.Name),
            ("Seed", run => $"{run.Options.Seed}"),
            ("At the end", run => run.Result is { Outcome: RunOutcome.Completed, Last: { } last } ? Format.Percent(last.Accuracy) : run.Result.Outcome.ToString().ToLowerInvariant()),
            ("Best", run => BestOf(run.Result)),
            (Goal(comparison), run => comparison.IterationsToReference(run) is { } needed ? $"{needed}" : comparison.ReferenceAccuracy is null ? Nothing : "never"),
            ("Time", run => Format.Time(run.Result.Elapsed)),
        ]);

    /// <summary>What sets the variants apart.</summary>
    internal static ReportTable Settings(ComparisonResult comparison) => ReportTable.Of<VariantResult>(
        comparison.Variants,
        [
            ("Run", variant => variant.Name),
            ("Learning rate", variant => variant.Options.Policy.ToString()),
            ("Optimizer", variant => variant.Options.Optimizer.ToString()),
            ("Iterations", variant => $"{variant.Options.Iterations}"),
        ]);

    /// <summary>What <see cref="Results"/> says of iterations, and <see cref="Differences"/> of chance, in a sentence or more.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>The sentences, one a line; none if there is nothing to explain.</returns>
    public static IEnumerable<string> Notes(ComparisonResult comparison)
    {
        if (comparison.Reference is not { } reference)
            yield break;
        if (comparison.ReferenceAccuracy is not null)
        {
            yield return comparison.Seeds.Length == 1
                ? $"{Goal(comparison)}: iterations until the best accuracy of run '{reference.Name}' was reached."
                : $"{Goal(comparison)}: iterations until the best accuracy of run '{reference.Name}' with the same seed was reached; the mean is over the seeds that reached it.";
        }

        if (comparison.Variants.Any(variant => variant.Difference is not null))
            yield return $"Against {reference.Name}: mean difference at the end from run '{reference.Name}' with the same seed, in percentage points; p by a paired t-test{(comparison.Tests > 1 ? $", corrected for {comparison.Tests} comparisons by Holm's procedure" : "")}.";
    }

    /// <summary>The name of the column of iterations until the reference's best accuracy.</summary>
    private static string Goal(ComparisonResult comparison) => comparison switch
    {
        { ReferenceAccuracy: { } accuracy, Seeds.Length: 1 } => $"To {Format.Percent(accuracy)}",
        { ReferenceAccuracy: not null, Reference: { } reference } => $"To {reference.Name}'s best",
        _ => "To -",
    };

    /// <summary>Iterations until the reference's best accuracy: <c>1100</c>, <c>733 ± 58 (2 of 3)</c>, <c>never</c>.</summary>
    private static string ReachedBy(VariantResult variant) => variant.Reached switch
    {
        null => Nothing,
        { Iterations: { } needed } reached => $"{Format.Whole(needed)}{(reached.Reached < reached.Seeds ? $" ({reached.Reached} of {reached.Seeds})" : "")}",
        _ => "never",
    };

    private static string AccuracyOf(VariantResult variant, long iteration) => variant.AccuracyAt(iteration) is { } at ? Format.Percent(at) : Nothing;

    private static string SpeedOf(VariantResult variant) => Format.Whole(variant.Runs.Average(run => run.Result.ImagesPerSecond));

    private static string TimeOf(VariantResult variant) => Format.Time(TimeSpan.FromTicks(variant.Runs.Sum(run => run.Result.Elapsed.Ticks)));

    private static (string Name, Func<VariantResult, string> Text)[] TenCropColumns(ComparisonResult comparison) => Columns(
        comparison.Runs.Any(run => run.Result.TenCrop is not null),
        Column("Ten crops", result => result.TenCrop?.Accuracy),
        Column("Ten crops, top 5", result => result.TenCrop?.Top5Accuracy));

    private static (string Name, Func<VariantResult, string> Text)[] Columns(bool areThere, params (string Name, Func<VariantResult, string> Text)[] columns) => areThere ? columns : [];

    private static (string Name, Func<VariantResult, string> Text) Column(string name, Func<TrainingResult, double?> accuracy) =>
        (name, variant => Spread.Of(variant.Measured.Select(run => accuracy(run.Result)).OfType<double>()) is { } spread ? Format.Percent(spread) : Nothing);

    private static string BestOf(VariantResult variant) => variant switch
    {
        { Runs: [var only] } => BestOf(only.Result),
        { BestAccuracy: { } best } => Format.Percent(best),
        _ => Nothing,
    };

    private static string BestOf(TrainingResult result) => result.Best is { } best ? $"{Format.Percent(best.Accuracy)} at {best.Iteration}" : Nothing;

    // Evenly spaced, counted from the last, which always belongs.
    private static IEnumerable<long> Some(IReadOnlyList<long> checkpoints, int most)
    {
        int stride = (checkpoints.Count + most - 1) / most;
        return checkpoints.Where((_, i) => (checkpoints.Count - 1 - i) % stride == 0);
    }
}
