namespace GpuNet.Testing;

/// <summary>Compares float32 results with a double-precision reference.</summary>
public static class Close
{
    // Half a unit in the last place of float32, relative.
    private const double RoundOff = 1.0 / (1 << 24);

    /// <summary>
    /// Asserts that each value lies within the rounding error of a float32 sum of <paramref name="reduction"/> terms: 4·√reduction + 8 half
    /// units in the last place (sums err like a random walk), relative to the largest expected value, since terms cancel.
    /// </summary>
    /// <param name="actual">Values from the device.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="reduction">Terms summed for one value.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="amplification">How much larger the algorithm makes rounding errors than a plain sum does; 1 for a plain sum.</param>
    public static void To(IReadOnlyList<double> expected, float[] actual, long reduction, string what, double amplification = 1)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Count), what);
        double scale = 0;
        foreach (double value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        double tolerance = amplification * (4 * Math.Sqrt(reduction) + 8) * RoundOff * Math.Max(scale, 1e-30);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
                Assert.Fail($"{what}[{i}] is {actual[i]:R}, expected {expected[i]:R} ± {tolerance:G3}");
        }
    }
}
