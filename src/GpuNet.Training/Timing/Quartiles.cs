namespace GpuNet.Training.Timing;

/// <summary>The spread of a sample. A quartile that falls between two values is interpolated linearly (R's type 7, numpy's default).</summary>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Lower">A quarter of the values lie below.</param>
/// <param name="Median">Half of the values lie below.</param>
/// <param name="Upper">Three quarters of the values lie below.</param>
/// <param name="Maximum">The largest value.</param>
public readonly record struct Quartiles(double Minimum, double Lower, double Median, double Upper, double Maximum)
{
    /// <summary>Computes them.</summary>
    /// <param name="values">At least one value, in any order; NaN is not allowed.</param>
    /// <returns>The quartiles.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is NaN.</exception>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0 || double.IsNaN(sorted[0]))
            throw new ArgumentException($"quartiles: {sorted.Length} values, the first of them {(sorted.Length == 0 ? "none" : "NaN")}; there must be at least one, and none may be NaN. Measure at least one round.", nameof(values));
        return new(sorted[0], At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75), sorted[^1]);
    }

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
