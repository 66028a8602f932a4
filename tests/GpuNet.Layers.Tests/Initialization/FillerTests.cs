using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers.Tests.Initialization;

public sealed class FillerTests
{
    // Fan-in 3·5·5 = 75, and 48,000 values: a sample mean errs by σ/219, a sample deviation by about σ/310.
    private static readonly Shape Weights = new(640, 3, 5, 5);

    private static readonly Filler[] Random = [Filler.Gaussian(0.5, 0.01), Filler.Xavier, Filler.Msra];

    [Test]
    public void Constant_sets_every_value() => Assert.That(Filled(Filler.Constant(0.1)), Is.All.EqualTo(0.1f));

    [Test]
    public void Gaussian_has_its_mean_deviation_skewness_and_kurtosis() =>
        AssertMoments(Filled(Filler.Gaussian(0.5, 0.01)), 0.5, 0.01, fourth: 3);

    [Test]
    public void Gaussian_puts_the_normal_share_of_values_within_one_and_two_deviations()
    {
        float[] values = Filled(Filler.Gaussian(0, 1));
        Assert.That(values.Average(value => Math.Abs(value) < 1 ? 1.0 : 0), Is.EqualTo(0.6827).Within(0.011));
        Assert.That(values.Average(value => Math.Abs(value) < 2 ? 1.0 : 0), Is.EqualTo(0.9545).Within(0.005));
    }

    [Test]
    public void Gaussian_of_deviation_0_is_its_mean() => Assert.That(Filled(Filler.Gaussian(-2, 0)), Is.All.EqualTo(-2f));

    [Test]
    public void Xavier_is_uniform_within_the_root_of_3_over_the_fan_in()
    {
        float[] values = Filled(Filler.Xavier);
        double bound = Math.Sqrt(3.0 / 75);
        AssertMoments(values, 0, bound / Math.Sqrt(3), fourth: 1.8);
        Assert.That(values, Is.All.InRange(-bound, bound));
        Assert.That(values.Max(), Is.GreaterThan(0.999 * bound));
        Assert.That(values.Min(), Is.LessThan(-0.999 * bound));
    }

    [Test]
    public void Msra_is_normal_with_the_root_of_2_over_the_fan_in() =>
        AssertMoments(Filled(Filler.Msra), 0, Math.Sqrt(2.0 / 75), fourth: 3);

    [TestCaseSource(nameof(Random))]
    public void The_same_seed_and_stream_give_the_same_bits(Filler filler)
    {
        float[] once = Filled(filler), again = Filled(filler);
        Assert.That(again, Is.EqualTo(once));
    }

    // Long ones are drawn in slabs of 2¹⁸ values, by several threads.
    [Test]
    public void Each_value_of_a_long_parameter_depends_on_its_position_alone()
    {
        var shape = new Shape(2, (1 << 18) + 77, 1, 1);
        float[] values = Filled(Filler.Gaussian(0.5, 2), shape);
        for (int i = 0; i < values.Length; i += i > values.Length - 200 ? 1 : 61)
        {
            float expected = (float)(0.5 + 2 * Kernels.Random.Philox.Gaussian(seed: 7, stream: 0, (ulong)i));
            if (values[i] != expected)
                Assert.Fail($"value {i} is {values[i]}, not {expected}");
        }
    }

    [TestCaseSource(nameof(Random))]
    public void A_longer_parameter_of_the_same_fan_in_starts_with_the_same_values(Filler filler)
    {
        float[] half = Filled(filler, Weights.WithBatch(320));
        Assert.That(Filled(filler)[..half.Length], Is.EqualTo(half));
    }

    [TestCaseSource(nameof(Random))]
    public void Streams_and_seeds_are_uncorrelated(Filler filler)
    {
        float[] values = Filled(filler);
        Assert.That(Correlation(values, Filled(filler, stream: 1)), Is.EqualTo(0).Within(0.02));
        Assert.That(Correlation(values, Filled(filler, seed: 8)), Is.EqualTo(0).Within(0.02));
        Assert.That(Correlation(values[1..], values[..^1]), Is.EqualTo(0).Within(0.02));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(-0.1)]
    public void A_deviation_that_is_negative_or_not_finite_is_refused(double deviation) =>
        Assert.That(() => Filler.Gaussian(0, deviation), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("standardDeviation"));

    [Test]
    public void Means_and_constants_that_are_not_finite_are_refused()
    {
        Assert.That(() => Filler.Gaussian(double.NaN, 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("mean"));
        Assert.That(() => Filler.Constant(double.NegativeInfinity), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("value"));
    }

    [Test]
    public void Values_past_the_parameter_are_refused([Values] bool constant)
    {
        var filler = constant ? Filler.Constant(0) : Filler.Xavier;
        foreach (var (length, first) in new[] { (7, 0), (5, 2), (1, 6), (0, 0), (1, -1) })
            Assert.That(() => filler.Fill(new float[length], new(1, 2, 3, 1), 1, 1, first), Throws.TypeOf<ShapeException>().With.Message.Contains($"{length} values from position {first}").And.Message.Contains("1×2×3×1"));
    }

    [Test]
    public void Parts_of_a_parameter_are_the_whole()
    {
        foreach (var filler in new[] { Filler.Constant(0.5), Filler.Xavier, Filler.Msra, Filler.Gaussian(0.1, 0.2) })
        {
            float[] whole = Filled(filler), parts = new float[whole.Length];
            for (int first = 0, length = 1; first < parts.Length; first += length, length = length * 3 + 1)
                filler.Fill(parts.AsMemory(first, Math.Min(length, parts.Length - first)), Weights, 7, 0, first);
            Assert.That(parts, Is.EqualTo(whole));
        }
    }

    [Test]
    public void Fillers_are_values()
    {
        Assert.That(Filler.Gaussian(0, 0.01), Is.EqualTo(new GaussianFiller(0, 0.01)).And.Not.EqualTo(new GaussianFiller(0, 0.1)));
        Assert.That(Filler.Xavier, Is.EqualTo(new XavierFiller()).And.Not.EqualTo(Filler.Msra));
    }

    private static float[] Filled(Filler filler, Shape? shape = null, ulong seed = 7, ulong stream = 0)
    {
        var values = new float[(shape ?? Weights).Length];
        filler.Fill(values, shape ?? Weights, seed, stream);
        return values;
    }

    // Four standard errors of each moment.
    private static void AssertMoments(float[] values, double mean, double deviation, double fourth)
    {
        double root = Math.Sqrt(values.Length);
        double[] normalised = [.. values.Select(value => (value - mean) / deviation)];
        Assert.That(normalised.Average(), Is.EqualTo(0).Within(4 / root), "mean");
        Assert.That(normalised.Average(value => value * value), Is.EqualTo(1).Within(4 * Math.Sqrt(2) / root), "variance");
        Assert.That(normalised.Average(value => value * value * value), Is.EqualTo(0).Within(4 * Math.Sqrt(15) / root), "skewness");
        Assert.That(normalised.Average(value => value * value * value * value), Is.EqualTo(fourth).Within(4 * Math.Sqrt(96) / root), "kurtosis");
    }

    private static double Correlation(float[] a, float[] b)
    {
        double meanA = a.Average(value => (double)value), meanB = b.Average(value => (double)value);
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }

        return ab / Math.Sqrt(aa * bb);
    }
}
