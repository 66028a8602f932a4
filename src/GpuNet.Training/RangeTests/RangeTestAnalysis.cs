using System.Collections.Immutable;
using System.Globalization;

namespace GpuNet.Training.RangeTests;

/// <summary>
/// Reads the bounds of a cyclical learning rate off the test accuracy of a sweep, by the rules of arXiv 1506.01186 §3.3: base is the rate where the accuracy starts to rise, max the one where the
/// rise slows, turns ragged or falls. Where the accuracy rises from the first rate on, as in the paper's Figure 3, the curve has no lower bound to show, and base is a quarter of max: the
/// best rate is usually within a factor of two of the largest one that converges. A pure function of the curve: rates times c give bounds times c.
/// <para>What counts as a rise or a drop is what <see cref="Deviations"/> standard errors of the difference of two accuracies leave of chance.</para>
/// </summary>
internal static class RangeTestAnalysis
{
    private const double Deviations = 3;

    // Of the whole rise: what has begun, and what has slowed, since so little of it is left.
    private const double Begun = 0.1;
    private const double Slowed = 0.9;

    // Flickers of an accuracy that has hardly risen are no sign of a rate that is too high.
    private const double Risen = 0.5;

    private const double BaseOfMax = 0.25;
    private const int FewPoints = 5;
    private const int EpochsInStep = 4;
    private const int Digits = 2;

    /// <summary>Finds the bounds.</summary>
    /// <param name="curve">The accuracies, in the order of their rates, which rise.</param>
    /// <param name="testImages">Images that each was counted on.</param>
    /// <param name="iterationsInEpoch">Updates of an epoch.</param>
    /// <param name="end">How the sweep ended.</param>
    /// <returns>The bounds, or why there are none: exactly one of the two is not null.</returns>
    public static (RangeSuggestion? Suggestion, string? Problem) Of(ImmutableArray<SweepAccuracy> curve, int testImages, double iterationsInEpoch, SweepEnd end)
    {
        if (end == SweepEnd.Cancelled)
            return (null, "the test was cancelled");
        bool isBroken = end is SweepEnd.Diverged or SweepEnd.NotFinite;
        if (curve.Length < 3)
            return (null, isBroken ? "the loss diverged before the accuracy could rise; lower the last rate (--max-rate)" : "the accuracy was measured fewer than 3 times; lower the test interval (--test-interval)");
        double start = curve[0].Accuracy;
        var top = curve.MaxBy(point => point.Accuracy);
        double rise = top.Accuracy - start, noise = NoiseOf((top.Accuracy + start) / 2, testImages);
        if (!(rise > noise))
        {
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"the accuracy rose from {100 * start:F2} % to {100 * top.Accuracy:F2} % at most, which chance alone gives on {testImages} images; {(isBroken ? "the loss then diverged: lower the last rate (--max-rate)" : "raise the last rate (--max-rate) or the length of the sweep (--iterations)")}"));
        }

        double begins = Crossing(curve, start + Begun * rise), slows = Crossing(curve, start + Slowed * rise);
        double? ragged = FirstDrop(curve, start + Risen * rise, testImages);
        double last = curve[^1].Rate;
        if (!isBroken && ragged is null && slows > Slowed * last)
            return (null, string.Create(CultureInfo.InvariantCulture, $"the accuracy still rose at the last rate, {last:G3}, so the sweep ended too early; raise it (--max-rate)"));

        double max = Math.Min(slows, ragged ?? double.PositiveInfinity);
        double least = BaseOfMax * max;
        var upper = new RateBound(Rounded(max), ragged < slows
            ? "the accuracy turns ragged: after this rate it drops by more than chance"
            : string.Create(CultureInfo.InvariantCulture, $"the rise slows: {Slowed:P0} of it are behind, of {100 * start:F1} % to {100 * top.Accuracy:F1} %"));
        var lower = begins <= least
            ? new RateBound(Rounded(least), string.Create(CultureInfo.InvariantCulture, $"a quarter of max, since the accuracy rises from the start, at {Rounded(begins):G2} already"))
            : Rounded(begins) < Rounded(max)
            ? new RateBound(Rounded(begins), string.Create(CultureInfo.InvariantCulture, $"the accuracy starts to rise: a tenth of the rise is behind (cross-check, a quarter to a third of max: {Rounded(least):G2} to {Rounded(max / 3):G2})"))
            : new RateBound(Rounded(least), "a quarter of max, since the accuracy rises between two points, which does not show where it starts");
        var (confidence, reason) = Judge(curve, max, slows, ragged, isBroken);
        return (new(lower, upper, Math.Max(1, (long)Math.Round(EpochsInStep * iterationsInEpoch)), EpochsInStep, confidence, reason), null);
    }

    private static (Confidence Confidence, string Reason) Judge(ImmutableArray<SweepAccuracy> curve, double max, double slows, double? ragged, bool isBroken)
    {
        int before = curve.Count(point => point.Rate <= max);
        if (before < FewPoints)
            return (Confidence.Low, $"only {before} accuracies were measured up to max; lower the test interval (--test-interval)");
        if (ragged is not { } drop)
            return isBroken ? (Confidence.Medium, "the loss diverged soon after") : (Confidence.Medium, "the sweep shows no drop; a higher last rate (--max-rate) would");
        return Math.Max(drop, slows) <= 2 * Math.Min(drop, slows)
            ? (Confidence.High, "the rise slows and turns ragged at about the same rate")
            : (Confidence.Medium, string.Create(CultureInfo.InvariantCulture, $"the rise slows at {Rounded(slows):G2}, but turns ragged at {Rounded(drop):G2}"));
    }

    // The rate where the accuracy first reaches a value, between two points by a straight line.
    private static double Crossing(ImmutableArray<SweepAccuracy> curve, double value)
    {
        int i = 1;
        while (curve[i].Accuracy < value)
            i++;
        var (below, above) = (curve[i - 1], curve[i]);
        return double.Lerp(below.Rate, above.Rate, (value - below.Accuracy) / (above.Accuracy - below.Accuracy));
    }

    // The rate before the first accuracy that lies below the best before it by more than chance, once the accuracy has risen.
    private static double? FirstDrop(ImmutableArray<SweepAccuracy> curve, double risen, int testImages)
    {
        double best = curve[0].Accuracy;
        for (int i = 1; i < curve.Length; i++)
        {
            if (best >= risen && best - curve[i].Accuracy > NoiseOf(best, testImages))
                return curve[i - 1].Rate;
            best = Math.Max(best, curve[i].Accuracy);
        }

        return null;
    }

    private static double NoiseOf(double accuracy, int images) => Deviations * Math.Sqrt(2 * accuracy * (1 - accuracy) / images);

    private static double Rounded(double rate)
    {
        if (rate <= 0)
            return 0;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(rate)) - (Digits - 1));
        return double.Parse((Math.Round(rate / unit) * unit).ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
