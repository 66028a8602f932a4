namespace GpuNet.Verification;

/// <summary>Test data that is the same in every run.</summary>
public static class Values
{
    /// <summary>Uniform values that float32 holds exactly, so that a reference in double starts from the same numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Tells sequences apart.</param>
    /// <param name="from">Lower bound.</param>
    /// <param name="to">Upper bound.</param>
    /// <returns>The values.</returns>
    public static double[] Uniform(long count, int seed, double from = -1, double to = 1)
    {
        var random = new Random(seed);
        var values = new double[count];
        for (long i = 0; i < count; i++)
            values[i] = (float)(from + (to - from) * random.NextDouble());
        return values;
    }
}
