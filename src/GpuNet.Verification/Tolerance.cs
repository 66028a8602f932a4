namespace GpuNet.Verification;

/// <summary>How far a float32 result may lie from its double-precision reference: the one rule of the tests and the self-test.</summary>
public static class Tolerance
{
    // Half a unit in the last place of float32, relative.
    private const double RoundOff = 1.0 / (1 << 24);

    /// <summary>
    /// The rounding error of a float32 sum of <paramref name="reduction"/> terms: 4·√reduction + 8 half units in the last place (sums err
    /// like a random walk), relative to the largest expected value, since terms cancel.
    /// </summary>
    /// <param name="expected">The reference.</param>
    /// <param name="reduction">Terms summed for one value.</param>
    /// <param name="amplification">How much larger the algorithm makes rounding errors than a plain sum does; 1 for a plain sum.</param>
    /// <returns>The largest absolute difference that rounding explains.</returns>
    public static double Of(IReadOnlyList<double> expected, long reduction, double amplification = 1)
    {
        double scale = 0;
        foreach (double value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        return amplification * (4 * Math.Sqrt(reduction) + 8) * RoundOff * Math.Max(scale, 1e-30);
    }
}
