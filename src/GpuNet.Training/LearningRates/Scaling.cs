namespace GpuNet.Training.LearningRates;

/// <summary>The arithmetic of scaling a schedule to another number of iterations.</summary>
internal static class Scaling
{
    /// <summary>Iterations times a factor, rounded to the nearest whole number, ½ up, and at least 1.</summary>
    public static long Of(long iterations, double factor) =>
        (long)Math.Min(long.MaxValue / 4, Math.Max(1, Math.Round(iterations * Positive(factor), MidpointRounding.AwayFromZero)));

    /// <summary>The factor of every iteration that has the effect of γ in factor times as many: γ^(1/factor), kept above 0 and finite.</summary>
    public static double Gamma(double gamma, double factor) =>
        Math.Clamp(Math.Pow(gamma, 1 / Positive(factor)), double.Epsilon, double.MaxValue);

    /// <summary>Throws unless a factor is a finite number above 0.</summary>
    public static double Positive(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return double.IsFinite(factor) ? factor : throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor of a schedule must be finite.");
    }
}
