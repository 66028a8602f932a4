namespace GpuNet.Testing;

/// <summary>Compares float32 results with a double-precision reference.</summary>
public static class Close
{
    /// <summary>Asserts that each value lies within the <see cref="Tolerance"/> of its reference.</summary>
    /// <param name="actual">Values from the device.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="reduction">Terms summed for one value.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="amplification">How much larger the algorithm makes rounding errors than a plain sum does; 1 for a plain sum.</param>
    public static void To(IReadOnlyList<double> expected, float[] actual, long reduction, string what, double amplification = 1)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Count), what);
        double tolerance = Tolerance.Of(expected, reduction, amplification);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
                Assert.Fail($"{what}[{i}] is {actual[i]:R}, expected {expected[i]:R} ± {tolerance:G3}");
        }
    }
}
