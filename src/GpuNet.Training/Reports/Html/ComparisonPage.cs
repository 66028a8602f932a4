using System.Globalization;
using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Reports.Html;

/// <summary>A comparison as a page: what it comes to, its tables and plots, what it was made with and how to make it again.</summary>
internal static class ComparisonPage
{
    // A table that scrolls has room for more than a terminal.
    private const int Checkpoints = 24;

    /// <summary>The page.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="files">What lies beside the page.</param>
    public static HtmlPage Of(ComparisonResult comparison, RunSetting setting, IReadOnlyList<HtmlFile> files)
    {
        var recipe = comparison.Recipe;
        string subject = $"{recipe.Model} on {setting.Dataset}", seeds = comparison.Seeds.Length == 1 ? "seed" : "seeds";
        return new(
            $"{subject}: a comparison of {comparison.Variants.Length} {(comparison.Variants.Length == 1 ? "run" : "runs")}{(comparison.Seeds.Length == 1 ? "" : $" over {comparison.Seeds.Length} seeds")}",
            string.Create(CultureInfo.InvariantCulture, $"{seeds} {string.Join(", ", comparison.Seeds)}, batch {recipe.Batch}, device {setting.Device.Id} ({setting.Device.Name}), {setting.Started:yyyy-MM-dd HH:mm}"),
            string.Join(' ', Verdict.Of(comparison)),
            [.. Sections(comparison, setting, subject), new("Files") { Files = files }]);
    }

    private static IEnumerable<HtmlSection> Sections(ComparisonResult comparison, RunSetting setting, string subject)
    {
        bool showsTop5 = EvaluationRecord.ShowsTop5(setting.Classes);
        yield return new("Result")
        {
            Paragraphs = comparison.Seeds.Length > 1 ? ["Mean over the seeds ± sample standard deviation; times are sums."] : [],
            Table = ComparisonTables.Ends(comparison),
        };
        yield return new("Curves")
        {
            Paragraphs = comparison.Seeds.Length > 1 ? ["Each line is the mean over the seeds; its band reaches one standard deviation to either side."] : [],
            Plots =
            [
                Plot("accuracy", TrainingPlots.Accuracy(subject, comparison.Variants, showsTop5), $"Test accuracy of {subject}, by iteration."),
                Plot("loss", TrainingPlots.Loss(subject, comparison.Variants), $"Training loss of {subject}, smoothed, by iteration."),
                Plot("rate", TrainingPlots.Rate(subject, comparison.Variants), "Learning rate, by iteration."),
            ],
        };
        yield return new("Accuracy at equal iterations") { Table = ComparisonTables.AtEqualIterations(comparison, Checkpoints) };
        yield return new("Iterations to equal accuracy")
        {
            Paragraphs = comparison.ReferenceAccuracy is null ? [] : [ComparisonTables.Notes(comparison).First()],
            Table = ComparisonTables.ToEqualAccuracy(comparison),
        };
        if (comparison.Variants.Any(variant => variant.Difference is not null))
        {
            yield return new("More than chance?")
            {
                Paragraphs =
                [
                    $"Seed by seed, the accuracy at the end against that of {comparison.Reference!.Name}, whose run began with the same weights and saw the same batches. p is how probable a mean difference of this size would be by chance alone, by Student's paired t-test (two-sided), which takes the differences to be normally distributed.",
                    .. comparison.Tests > 1 ? (string[])[$"Of {comparison.Tests} comparisons one is sooner below 0.05 by chance than a single one is; the corrected p allows for that, by Holm's procedure; the intervals do not."] : [],
                ],
                Table = ComparisonTables.Differences(comparison),
            };
        }

        if (comparison.Seeds.Length > 1)
            yield return new("Every run") { Table = ComparisonTables.Runs(comparison) };
        yield return new("Runs") { Table = ComparisonTables.Settings(comparison), IsOfTexts = true };
        yield return new("Configuration") { Paragraphs = ["What all runs share; a run's own settings stand above."], Table = ReportJson.TableOf(comparison.Recipe, setting), IsOfTexts = true };
        yield return new("Versions and device")
        {
            Table = Pairs(
                ("GpuNet", Versions.Current.GpuNet),
                ("Runtime", Versions.Current.DotNet),
                ("ILGPU", Versions.Current.Ilgpu),
                ("System", Versions.Current.OperatingSystem),
                ("Device", $"{setting.Device.Id} ({setting.Device.Name}), {Format.Megabytes(setting.Device.MemoryBytes)}")),
            IsOfTexts = true,
        };
        if (setting.Command is { } command)
            yield return new("Make it again") { Paragraphs = ["On the same device, with the same versions, this makes the same runs to the bit; elsewhere rounding leads them apart in time. A folder that holds a comparison is not overwritten: give another --out."], Command = command };
    }

    private static HtmlPlot Plot(string name, TrainingPlot plot, string caption) => HtmlPlot.Of(plot.ToPageSvg(), name, caption);

    private static ReportTable Pairs(params (string Name, string Value)[] pairs) => new(["", ""], [.. pairs.Select(pair => (IReadOnlyList<string>)[pair.Name, pair.Value])]);
}
