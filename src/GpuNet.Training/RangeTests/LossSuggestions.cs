using System.Collections.Immutable;

namespace GpuNet.Training.RangeTests;

/// <summary>
/// Single rates that other finders read off the smoothed training loss. They were made for a constant rate and an exponential sweep, and ignore the test set; they are given for
/// comparison. Each is null where the curve has no such point.
/// </summary>
/// <param name="Steepest">Where the loss falls fastest from one iteration to the next.</param>
/// <param name="MinimumTenth">A tenth of the rate of the least loss.</param>
/// <param name="Valley">The middle of the longest fall, taken as the longest falling subsequence of the curve (fastai's <c>valley</c>).</param>
public readonly record struct LossSuggestions(double? Steepest, double? MinimumTenth, double? Valley)
{
    // The longest falling subsequence takes the square of this.
    private const int MostPoints = 1000;
    private const int FewestPoints = 3;

    /// <summary>Reads them off a curve.</summary>
    /// <param name="losses">The losses of a sweep.</param>
    /// <returns>The rates.</returns>
    public static LossSuggestions Of(ImmutableArray<SweepLoss> losses)
    {
        int stride = (losses.Length + MostPoints - 1) / MostPoints;
        SweepLoss[] points = [.. losses.Where((_, i) => i % Math.Max(stride, 1) == 0)];
        if (points.Length < FewestPoints)
            return default;
        int least = 0, steepest = -1;
        double fall = 0;
        for (int i = 0; i < points.Length; i++)
        {
            if (points[i].Smoothed < points[least].Smoothed)
                least = i;
            if (i == 0 || i == points.Length - 1 || points[i - 1].Smoothed - points[i + 1].Smoothed <= fall)
                continue;
            fall = points[i - 1].Smoothed - points[i + 1].Smoothed;
            steepest = i;
        }

        return new(steepest < 0 ? null : points[steepest].Rate, least == 0 ? null : points[least].Rate / 10, ValleyOf(points));
    }

    private static double? ValleyOf(SweepLoss[] points)
    {
        var length = new int[points.Length];
        var first = new int[points.Length];
        int last = 0;
        for (int i = 0; i < points.Length; i++)
        {
            (length[i], first[i]) = (1, i);
            for (int j = 0; j < i; j++)
            {
                if (points[i].Smoothed < points[j].Smoothed && length[j] >= length[i])
                    (length[i], first[i]) = (length[j] + 1, first[j]);
            }

            if (length[i] > length[last])
                last = i;
        }

        return length[last] < FewestPoints ? null : points[(first[last] + last) / 2].Rate;
    }
}
