using GpuNet.Training.RangeTests;
using ScottPlot;

namespace GpuNet.Training.Reports;

/// <summary>The plots of a range test, over the rate: the paper's, of test accuracy with the bounds marked, and the training loss.</summary>
internal static class RangeTestPlots
{
    private static readonly Color Curve = Colors.Black, Raw = new("#999999"), Lower = new("#009E73"), Upper = new("#D55E00");
    private static readonly Color SteepestFall = new("#56B4E9"), Valley = new("#CC79A7"), MinimumTenth = new("#0072B2");

    public static TrainingPlot Accuracy(string subject, RangeTestResult test)
    {
        var plot = TrainingPlots.Canvas($"Range test: {subject}", "learning rate", "test accuracy (%)");
        Add(plot, test, test.Accuracies.Select(point => (point.Rate, 100 * point.Accuracy)), "test accuracy", Curve, width: 2, marker: 6);
        MarkBounds(plot, test);
        return Finished(plot, test);
    }

    public static TrainingPlot Loss(string subject, RangeTestResult test)
    {
        var plot = TrainingPlots.Canvas($"Range test: {subject}", "learning rate", "softmax loss (nats)");
        Add(plot, test, test.Losses.Select(point => (point.Rate, point.Loss)), "training loss", Raw, width: 1, marker: 0);
        Add(plot, test, test.Losses.Select(point => (point.Rate, point.Smoothed)), "smoothed", Curve, width: 2.5f, marker: 0);
        MarkBounds(plot, test);
        Mark(plot, test, test.FromLoss.Steepest, "steepest fall", SteepestFall);
        Mark(plot, test, test.FromLoss.Valley, "valley", Valley);
        Mark(plot, test, test.FromLoss.MinimumTenth, "minimum / 10", MinimumTenth);
        // A loss that shot up would press the rest of the curve flat.
        double[] smoothed = [.. test.Losses.Select(point => point.Smoothed)];
        if (smoothed.Length > 0)
            plot.Axes.SetLimitsY(0, 1.5 * Math.Max(smoothed[0], 2 * smoothed.Min()));
        return Finished(plot, test);
    }

    private static void Add(Plot plot, RangeTestResult test, IEnumerable<(double Rate, double Value)> points, string name, Color colour, float width, float marker)
    {
        var shown = points.Where(point => !IsLogarithmic(test) || point.Rate > 0).ToArray();
        if (shown.Length == 0)
            return;
        var line = plot.Add.Scatter([.. shown.Select(point => Place(test, point.Rate))], shown.Select(point => point.Value).ToArray(), colour);
        (line.LineWidth, line.MarkerSize, line.LegendText) = (width, marker, name);
    }

    private static void MarkBounds(Plot plot, RangeTestResult test)
    {
        Mark(plot, test, test.Suggestion?.Base.Rate, "base", Lower, width: 3);
        Mark(plot, test, test.Suggestion?.Max.Rate, "max", Upper, width: 3);
    }

    private static void Mark(Plot plot, RangeTestResult test, double? rate, string name, Color colour, float width = 2)
    {
        if (rate is not { } there || (IsLogarithmic(test) && there <= 0))
            return;
        var line = plot.Add.VerticalLine(Place(test, there), width, colour);
        line.LegendText = FormattableString.Invariant($"{name}: {there:G2}");
    }

    private static TrainingPlot Finished(Plot plot, RangeTestResult test)
    {
        if (IsLogarithmic(test))
            plot.Axes.Bottom.TickGenerator = TrainingPlots.PowersOfTen();
        return TrainingPlots.Finished(plot);
    }

    private static bool IsLogarithmic(RangeTestResult test) => test.Options.Shape == SweepShape.Exponential;

    private static double Place(RangeTestResult test, double rate) => IsLogarithmic(test) ? Math.Log10(rate) : rate;
}
