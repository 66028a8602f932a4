using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace GpuNet.Training.Reports;

/// <summary>
/// Draws all runs in one picture, each with a colour and a marker of its own; of several seeds the mean, in a band of one standard deviation to either side.
/// Later lines are thinner, so that one which covers an earlier one leaves its edges visible. A run that diverged does not stretch the axis: where it leaves the
/// others' range, its line is cut off.
/// </summary>
internal static class TrainingPlots
{
    // More than a picture has columns, so that no peak of a cycle is lost.
    private const int RatePoints = 4000;

    // Of a policy's text; the picture has no room for more.
    private const int LongestTitle = 75;

    // Of a title in the usual size; a longer one is smaller, or its ends would be cut off.
    private const int LongestLargeTitle = 66;

    // Beyond this ratio of the highest rate to the lowest, the low stages of a schedule would be a line on the axis.
    private const double LogarithmicRatio = 50;

    // Okabe and Ito's colours, which the colour-blind tell apart too, less the yellow, which white paper swallows.
    private static readonly Color[] Colours =
        [Colors.Black, new("#E69F00"), new("#56B4E9"), new("#009E73"), new("#D55E00"), new("#0072B2"), new("#CC79A7")];

    private static readonly MarkerShape[] Markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];

    private static readonly MarkerShape[] OpenMarkers =
        [MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp, MarkerShape.OpenDiamond, MarkerShape.OpenTriangleDown];

    // The library's own choice is a serif font where its first ones are missing.
    private static readonly string Font =
        ((string[])["DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"]).FirstOrDefault(name => SKFontManager.Default.FontFamilies.Contains(name)) ?? Fonts.Default;

    /// <summary>The learning rate of each iteration that a run made.</summary>
    public static TrainingPlot Rate(string subject, IReadOnlyList<VariantResult> variants) =>
        Rate(subject, [.. variants.Select(variant => Line.Of(variant.Title, RatesOf(PlanOf(variant.Measured[0]))) with { HasDiverged = HasDiverged(variant) })]);

    /// <summary>The learning rate of each iteration that a run will make.</summary>
    public static TrainingPlot Rate(PolicyPlan plan) => Rate($"{plan.Policy}" is { Length: <= LongestTitle } text ? text : plan.Policy.Name, [Line.Of(plan.Policy.Name, RatesOf(plan))]);

    /// <summary>The test accuracy in percent, at each evaluation; of more than ten classes the top-5 accuracy too, as a thin line with open markers.</summary>
    public static TrainingPlot Accuracy(string subject, IReadOnlyList<VariantResult> variants, bool showsTop5) => Draw(
        $"Test accuracy: {subject}",
        "test accuracy (%)",
        [
            .. variants.Select(variant => MeanOf(variant, run => run.Result.Evaluations.Select(e => ((double)e.Iteration, 100 * e.Accuracy)))),
            .. variants.Where(_ => showsTop5).Select(variant => MeanOf(variant, run => run.Result.Evaluations.Select(e => ((double)e.Iteration, 100 * e.Top5Accuracy)))).Select((line, i) => line.AsTop5Of(i)),
        ],
        markers: true);

    /// <summary>The smoothed training loss.</summary>
    public static TrainingPlot Loss(string subject, IReadOnlyList<VariantResult> variants) => Draw(
        $"Training loss: {subject}",
        "softmax loss (nats), smoothed",
        [.. variants.Select(variant => MeanOf(variant, run => run.Result.LossCurve.Select(point => (point.Iteration, point.Loss))))],
        markers: false,
        fromZero: true);

    private static TrainingPlot Rate(string subject, Line[] lines)
    {
        double[] rates = [.. Healthy(lines).SelectMany(line => line.Y)];
        bool isLogarithmic = rates.Min() > 0 && rates.Max() / rates.Min() >= LogarithmicRatio;
        return isLogarithmic
            ? Draw($"Learning rate: {subject}", "learning rate", [.. lines.Select(line => line with { Y = [.. line.Y.Select(Math.Log10)] })], markers: false, isLogarithmic: true)
            : Draw($"Learning rate: {subject}", "learning rate", lines, markers: false, fromZero: true);
    }

    private static IEnumerable<(double Iteration, double Rate)> RatesOf(PolicyPlan plan) => plan.Points(RatePoints).Select(point => ((double)point.Iteration, point.Rate));

    private static TrainingPlot Draw(string title, string unit, Line[] lines, bool markers, bool fromZero = false, bool isLogarithmic = false)
    {
        var plot = Canvas(title, "iteration", unit);
        // Bands lie behind all lines.
        foreach (var (i, line) in lines.Index().Where(line => line.Item is { ThinAs: null, HasBand: true }))
        {
            var band = plot.Add.FillY(line.X, line.Lower, line.Upper);
            (band.FillColor, band.LineWidth) = (ColourOf(i).WithOpacity(0.13), 0);
        }

        for (int i = 0; i < lines.Length; i++)
        {
            int style = lines[i].ThinAs ?? i;
            var line = plot.Add.Scatter(lines[i].X, lines[i].Y, ColourOf(style));
            // Not dashes: the SVG writer has none.
            bool isThin = lines[i].ThinAs is not null;
            line.LineWidth = isThin ? 1 : Math.Max(3.5f - (0.5f * style), 1.5f);
            line.MarkerShape = (isThin ? OpenMarkers : Markers)[style % Markers.Length];
            line.MarkerSize = markers ? 8 : 0;
            line.LegendText = lines[i].Name;
        }

        plot.Axes.Margins(0.02, 0.06);
        plot.Axes.AutoScale();
        double[] values = [.. Healthy(lines).SelectMany(line => line.Lower.Concat(line.Upper)).DefaultIfEmpty(1)];
        double low = fromZero ? 0 : values.Min(), high = values.Max(), margin = high > low ? 0.06 * (high - low) : 1;
        plot.Axes.SetLimitsY(fromZero ? 0 : low - margin, high + margin);
        if (isLogarithmic)
        {
            plot.Axes.Left.TickGenerator = PowersOfTen();
        }

        return Finished(plot);
    }

    /// <summary>An empty plot, in the style of all of them.</summary>
    public static Plot Canvas(string title, string across, string up)
    {
        var plot = new Plot();
        plot.Title(title, size: title.Length <= LongestLargeTitle ? 20 : 15);
        plot.XLabel(across, size: 16);
        plot.YLabel(up, size: 16);
        plot.Grid.MajorLineColor = Colors.Black.WithOpacity(0.08);
        return plot;
    }

    /// <summary>What is left to do when a plot has its lines: fonts, which are set on what is there, and the legend beside it.</summary>
    public static TrainingPlot Finished(Plot plot)
    {
        plot.Font.Set(Font);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Legend.FontSize = 14;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Black.WithOpacity(0.2);
        plot.ShowLegend(Edge.Right).Alignment = Alignment.UpperCenter;
        return new(plot);
    }

    /// <summary>Labels for an axis of decimal logarithms.</summary>
    public static ITickGenerator PowersOfTen() => new NumericAutomatic
    {
        IntegerTicksOnly = true,
        MinorTickGenerator = new LogMinorTickGenerator(),
        LabelFormatter = power => LabelOf(Math.Pow(10, power)),
    };

    // A decimal shows 0.001 as it is written by hand; the axis has no room for rates of many digits, and a decimal none beyond 28.
    private static string LabelOf(double rate) => rate is >= 1e-10 and < 1e6
        ? FormattableString.Invariant($"{(decimal)rate:0.##########}")
        : FormattableString.Invariant($"{rate:G3}");

    private static Color ColourOf(int line) => Colours[line % Colours.Length];

    private static PolicyPlan PlanOf(RunRecord run) => run.Options.Plan with { Iterations = Math.Max(run.Result.Iterations, 1) };

    private static bool HasDiverged(VariantResult variant) => variant.Completed.Length == 0 && variant.Runs.Any(run => run.Result.Outcome == RunOutcome.Diverged);

    // Where all runs have a point.
    private static Line MeanOf(VariantResult variant, Func<RunRecord, IEnumerable<(double X, double Y)>> points)
    {
        var runs = variant.Measured;
        (double X, Spread Y)[] spreads =
        [
            .. from point in runs.SelectMany(points)
               group point.Y by point.X into values
               where values.Count() == runs.Length
               orderby values.Key
               select (values.Key, Spread.Of(values)!.Value),
        ];
        return Line.Of(variant.Title, spreads.Select(point => (point.X, point.Y.Mean))) with { HasDiverged = HasDiverged(variant), Deviations = [.. spreads.Select(point => point.Y.Deviation ?? 0)] };
    }

    private static IEnumerable<Line> Healthy(Line[] lines) => lines.Any(line => !line.HasDiverged) ? lines.Where(line => !line.HasDiverged) : lines;

    private readonly record struct Line(string Name, double[] X, double[] Y)
    {
        public bool HasDiverged { get; init; }

        // The line whose colour and marker it has.
        public int? ThinAs { get; init; }

        // At each point, of several runs.
        public double[] Deviations { get; init; } = [];

        public bool HasBand => Deviations.Any(deviation => deviation > 0);

        public double[] Lower => HasBand ? [.. Y.Zip(Deviations, (y, deviation) => y - deviation)] : Y;

        public double[] Upper => HasBand ? [.. Y.Zip(Deviations, (y, deviation) => y + deviation)] : Y;

        public Line AsTop5Of(int line) => this with { Name = $"{Name}, top 5", ThinAs = line };

        public static Line Of(string name, IEnumerable<(double X, double Y)> points)
        {
            var all = points.ToArray();
            return new(name, [.. all.Select(point => point.X)], [.. all.Select(point => point.Y)]);
        }
    }
}
