using ScottPlot;
using ScottPlot.Palettes;
using SkiaSharp;

namespace GpuNet.Training.Reports;

/// <summary>
/// Draws all runs in one picture, each with a colour and a marker of its own; the colours tell apart for the colour-blind too. Later lines
/// are thinner, so that one which covers an earlier one leaves its edges visible.
/// </summary>
internal static class TrainingPlots
{
    // More than a picture has columns, so that no peak of a cycle is lost.
    private const int RatePoints = 4000;
    private static readonly ColorblindFriendly Palette = new();

    private static readonly MarkerShape[] Markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];

    // The library's own choice is a serif font where its first ones are missing.
    private static readonly string Font =
        ((string[])["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"]).FirstOrDefault(name => SKFontManager.Default.FontFamilies.Contains(name)) ?? Fonts.Default;

    /// <summary>The learning rate of each iteration that a run made.</summary>
    public static TrainingPlot Rate(string subject, IReadOnlyList<RunRecord> runs)
    {
        var plot = Begin($"Learning rate: {subject}", "learning rate");
        for (int i = 0; i < runs.Count; i++)
        {
            var (policy, made) = (runs[i].Options.Policy, Math.Max(runs[i].Result.Iterations, 1));
            long stride = (made + RatePoints - 1) / RatePoints;
            double[] iterations = [.. Enumerable.Range(0, (int)((made + stride - 1) / stride)).Select(k => (double)k * stride)];
            Add(plot, runs[i], i, iterations, [.. iterations.Select(iteration => policy.At((long)iteration))], markers: false);
        }

        return Finish(plot, fromZero: true);
    }

    /// <summary>The test accuracy in percent, at each evaluation.</summary>
    public static TrainingPlot Accuracy(string subject, IReadOnlyList<RunRecord> runs)
    {
        var plot = Begin($"Test accuracy: {subject}", "test accuracy (%)");
        for (int i = 0; i < runs.Count; i++)
        {
            var evaluations = runs[i].Result.Evaluations;
            Add(plot, runs[i], i, [.. evaluations.Select(e => (double)e.Iteration)], [.. evaluations.Select(e => 100 * e.Accuracy)], markers: true);
        }

        return Finish(plot, fromZero: false);
    }

    /// <summary>The smoothed training loss.</summary>
    public static TrainingPlot Loss(string subject, IReadOnlyList<RunRecord> runs)
    {
        var plot = Begin($"Training loss: {subject}", "softmax loss (nats), smoothed");
        for (int i = 0; i < runs.Count; i++)
        {
            var curve = runs[i].Result.LossCurve;
            Add(plot, runs[i], i, [.. curve.Select(point => point.Iteration)], [.. curve.Select(point => point.Loss)], markers: false);
        }

        return Finish(plot, fromZero: true);
    }

    private static Plot Begin(string title, string unit)
    {
        var plot = new Plot();
        plot.Title(title, size: 20);
        plot.XLabel("iteration", size: 16);
        plot.YLabel(unit, size: 16);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Grid.MajorLineColor = Colors.Black.WithOpacity(0.08);
        return plot;
    }

    private static void Add(Plot plot, RunRecord run, int index, double[] x, double[] y, bool markers)
    {
        var line = plot.Add.Scatter(x, y, Palette.GetColor(index));
        line.LineWidth = Math.Max(4.5f - index, 1.5f);
        line.MarkerShape = Markers[index % Markers.Length];
        line.MarkerSize = markers ? 8 : 0;
        line.LegendText = run.Result.Outcome switch
        {
            RunOutcome.Diverged => $"{run.Name} (diverged)",
            RunOutcome.Cancelled => $"{run.Name} (cancelled)",
            _ => run.Name,
        };
    }

    private static TrainingPlot Finish(Plot plot, bool fromZero)
    {
        plot.Font.Set(Font);
        plot.Legend.FontSize = 14;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Black.WithOpacity(0.2);
        plot.Axes.Left.MinimumSize = 80;
        plot.Axes.Margins(0.02, 0.06);
        plot.Axes.AutoScale();
        if (fromZero)
            plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        plot.ShowLegend(Edge.Right).Alignment = Alignment.UpperCenter;
        return new(plot);
    }
}
