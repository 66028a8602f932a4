using MathNet.Numerics.Distributions;

namespace GpuNet.Training.Comparisons;

/// <summary>
/// Student's paired t-test, two-sided, of whether the mean of differences is 0: t = mean / (s / √n) with n − 1 degrees of freedom. It takes the differences
/// to be drawn from a normal distribution.
/// </summary>
/// <param name="Difference">The differences, of 2 pairs or more.</param>
/// <param name="Interval">The 95 % confidence interval of their mean; null, as the p-value, where all of them are equal: without a spread there is nothing to
/// measure the mean by.</param>
/// <param name="PValue">How probable a mean so far from 0, or farther, would be if the true one were 0.</param>
public sealed record PairedTest(Spread Difference, (double Low, double High)? Interval, double? PValue)
{
    // Accuracies are shares of thousands of images: smaller differences are rounding.
    private const int Digits = 12;

    private const double Confidence = 0.95;

    /// <summary>Tests differences of pairs.</summary>
    /// <param name="differences">One for each pair, of accuracies from 0 to 1.</param>
    /// <returns>The test; null with fewer than 2 pairs.</returns>
    public static PairedTest? Of(IEnumerable<double> differences)
    {
        double[] all = [.. differences.Select(difference => Math.Round(difference, Digits))];
        if (all.Length < 2)
            return null;
        if (all.All(difference => difference == all[0]))
            return new(new(all.Length, all[0], 0), null, null);
        var (count, mean, deviation) = Spread.Of(all)!.Value;
        var student = new StudentT(location: 0, scale: 1, freedom: count - 1);
        double error = deviation!.Value / Math.Sqrt(count);
        double reach = error * student.InverseCumulativeDistribution((1 + Confidence) / 2);
        return new(new(count, mean, deviation), (mean - reach, mean + reach), 2 * student.CumulativeDistribution(-Math.Abs(mean / error)));
    }

    /// <summary>
    /// Holm's correction of the p-values of several tests, with which the chance that any of them finds a difference where there is none stays below the level
    /// that they are held against. Source: S. Holm, A Simple Sequentially Rejective Multiple Test Procedure (1979).
    /// </summary>
    /// <param name="values">The p-values.</param>
    /// <returns>The corrected ones, in the same order.</returns>
    public static double[] Holm(IReadOnlyList<double> values)
    {
        var corrected = new double[values.Count];
        double least = 0;
        foreach (var (rank, (i, p)) in values.Index().OrderBy(value => value.Item).Index())
            corrected[i] = least = Math.Max(least, Math.Min(1, (values.Count - rank) * p));
        return corrected;
    }
}
