using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Shows what a policy will do in a run, on standard output.</summary>
internal static class PolicyView
{
    private const int Width = 64, Height = 8;

    // Of one column, so that no peak of a cycle is lost.
    private const int PointsInColumn = 1000;

    // The paper's, arXiv 1506.01186 §3.2.
    private const double LeastEpochs = 2, MostEpochs = 10;

    /// <summary>Draws the rate over the iterations; of several in a column the highest.</summary>
    public static void ShowChart(CliConsole console, PolicyPlan plan, double epoch)
    {
        double[] rates = [.. plan.Points(Width * PointsInColumn).Select(point => point.Rate)];
        double[] columns = [.. rates.Chunk((rates.Length + Width - 1) / Width).Select(chunk => chunk.Max())];
        double lowest = rates.Min(), highest = rates.Max();
        string[] lines = Chart.Lines(columns, lowest, highest, highest > lowest ? Height : 1);
        string[] labels = [Format.Rate(highest), .. Enumerable.Repeat("", Math.Max(lines.Length - 2, 0)), Format.Rate(lowest)];
        int margin = labels.Max(label => label.Length);
        foreach (var (line, label) in lines.Zip(labels))
            console.Show($"{label.PadLeft(margin)} {line}".TrimEnd());
        console.Show($"{"0".PadLeft(margin + 2)} {$"{plan.Iterations} iterations, {Format.Number(plan.Iterations / epoch)} epochs".PadLeft(Math.Max(columns.Length - 2, 0))}");
    }

    /// <summary>A row for each stage: its cycles and its rates.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="plan">The policy and the iterations.</param>
    /// <param name="epoch">Iterations of an epoch.</param>
    public static void ShowTable(CliConsole console, PolicyPlan plan, double epoch)
    {
        (string Header, bool IfWide, Func<PlannedStage, string> Value)[] columns =
        [
            ("Stage", false, stage => stage.Policy.Name),
            ("Iterations", true, stage => $"{stage.Start} to {stage.End}"),
            ("Epochs", false, stage => Format.Number(stage.Iterations / epoch)),
            ("Cycles", false, CyclesOf),
            ("Step size", false, stage => StepsOf(stage, step => $"{step}")),
            ("Epochs a step", false, stage => StepsOf(stage, step => Format.Number(step / epoch))),
            ("Rates", true, RatesOf),
            ("Last rate", false, stage => Format.Rate(stage.LastRate)),
        ];
        var shown = columns.Where(column => !column.IfWide || !console.IsNarrow).ToArray();
        console.Show(shown.Select(column => column.Header), plan.Stages.Select(stage => shown.Select(column => column.Value(stage))));
        if (plan.Stages.SelectMany(stage => StepsOf(stage.Policy)).Any(step => step / epoch is < LeastEpochs or > MostEpochs))
            console.Show($"A step size of {LeastEpochs} to {MostEpochs} epochs is good.");
        console.Show($"Last rate: {Format.Rate(plan.LastRate)}, of iteration {plan.Iterations - 1}.{(plan.EndsWithCycle is { } ends ? $" The run {(ends ? "ends" : "does not end")} at a cycle's end." : "")}");
    }

    /// <summary>The cycles of a stage.</summary>
    public static string CyclesOf(PlannedStage stage) => stage.Cycles is { } cycles ? Format.Number(cycles) : "-";

    /// <summary>The step size of a stage, and that of the fall if it is another.</summary>
    public static string StepsOf(PlannedStage stage, Func<long, string> text) => StepsOf(stage.Policy) is { Length: > 0 } steps ? string.Join(" + ", steps.Select(text)) : "-";

    // Up, and down if that is another number of iterations.
    private static long[] StepsOf(LearningRatePolicy policy) => policy is not CyclicalPolicy { StepSize: var up, StepDown: var down } ? [] : up == down ? [up] : [up, down];

    private static string RatesOf(PlannedStage stage)
    {
        var (lowest, highest) = stage.Rates;
        return lowest < highest ? $"{Format.Rate(lowest)} to {Format.Rate(highest)}" : Format.Rate(lowest);
    }
}
