using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>What must hold for every policy, or for a family of them, whatever the numbers.</summary>
public sealed class PolicyPropertyTests
{
    private static IEnumerable<string> Examples => PolicyText.Forms.Select(form => form.Example);

    [TestCaseSource(nameof(Examples))]
    public void Rates_are_finite_and_not_negative_at_any_iteration(string text)
    {
        LearningRatePolicy policy = PolicyText.Parse(text);
        foreach (long i in new long[] { 0, 1, 12_345, 1_000_000_000_000, 1_000_000_000_001, long.MaxValue })
        {
            Assert.That(policy.At(i), Is.GreaterThanOrEqualTo(0).And.LessThan(1), $"iteration {i}");
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void A_rate_depends_on_its_iteration_alone(string text)
    {
        LearningRatePolicy policy = PolicyText.Parse(text);
        double[] forward = [.. Enumerable.Range(0, 20000).Select(i => policy.At(i))];

        Assert.That(Enumerable.Range(0, 20000).Reverse().Select(i => policy.At(i)), Is.EqualTo(forward.Reverse()));
    }

    [TestCaseSource(nameof(Examples))]
    public void A_negative_iteration_is_refused(string text) =>
        Assert.That(() => PolicyText.Parse(text).At(-1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase(0.1, 3.0, 7)]
    [TestCase(0.001, 0.006, 2000)]
    [TestCase(0.1, 0.1, 3)]
    [TestCase(0.0, 1e-300, 5)]
    [TestCase(0.3, double.MaxValue, 1)]
    public void Triangular_stays_in_its_range_and_repeats_after_a_cycle(double baseRate, double maxRate, long step)
    {
        TriangularPolicy policy = new(baseRate, maxRate, step);
        Assert.That(policy.CycleLength, Is.EqualTo(2 * step));
        for (long i = 0; i <= 2 * step; i++)
        {
            Assert.That(policy.At(i), Is.InRange(baseRate, maxRate));
            Assert.That(policy.At(i + (2 * step * 1_000_000)), Is.EqualTo(policy.At(i)), "the millionth cycle has the bits of the first");
            Assert.That(policy.At((2 * step) - i), Is.EqualTo(policy.At(i)), "a cycle is symmetric");
        }

        Assert.That(policy.At(step), Is.EqualTo(maxRate));
        Assert.That(policy.At(2 * step), Is.EqualTo(baseRate));
    }

    [Test]
    public void Triangular_rises_and_then_falls_strictly()
    {
        TriangularPolicy policy = new(0.001, 0.006, 2000);
        double[] rates = [.. Enumerable.Range(0, 4001).Select(i => policy.At(i))];

        Assert.That(rates[..2001], Is.Ordered.Ascending.And.Unique);
        Assert.That(rates[2000..], Is.Ordered.Descending.And.Unique);
    }

    [TestCase("fixed:rate=0.1")]
    [TestCase("step:base=0.1,gamma=0.5,interval=10")]
    [TestCase("multistep:base=0.1,gamma=0.5,at=10+20")]
    [TestCase("exp:base=0.1,gamma=0.999")]
    [TestCase("inv:base=0.1,gamma=0.01,power=0.75")]
    [TestCase("poly:base=0.1,power=2,iterations=3000")]
    [TestCase("sigmoid:base=0.1,gamma=-0.01,interval=900")]
    [TestCase("decay:base=0.001,max=0.1,step=999")]
    public void A_policy_without_cycles_never_rises(string text)
    {
        LearningRatePolicy policy = PolicyText.Parse(text);

        Assert.That(Enumerable.Range(0, 5000).Select(i => policy.At(i)), Is.Ordered.Descending);
        Assert.That(policy.CycleLength, Is.Null);
    }

    [Test]
    public void Both_bounds_of_exp_range_decay_and_only_the_amplitude_in_the_libraries_form()
    {
        ExponentialRangePolicy paper = new(0.001, 0.006, 2000, 0.99994);
        AmplitudeExponentialRangePolicy libraries = new(0.001, 0.006, 2000, 0.99994);
        for (long cycle = 0; cycle < 10; cycle++)
        {
            long trough = cycle * 4000, peak = trough + 2000;
            Assert.That(paper.At(trough), Is.EqualTo(0.001 * Math.Pow(0.99994, trough)).Within(1e-15));
            Assert.That(paper.At(peak), Is.EqualTo(0.006 * Math.Pow(0.99994, peak)).Within(1e-15));
            Assert.That(libraries.At(trough), Is.EqualTo(0.001));
            Assert.That(libraries.At(peak), Is.EqualTo(0.001 + (0.005 * Math.Pow(0.99994, peak))).Within(1e-15));
        }
    }

    [Test]
    public void Troughs_of_exp_range_lie_on_exp()
    {
        ExponentialPolicy exponential = new(0.01, 0.99998);
        ExponentialRangePolicy range = new(0.01, 0.026, 30000, 0.99998);

        Assert.That(range.At(0), Is.EqualTo(exponential.At(0)));
        Assert.That(range.At(240000), Is.EqualTo(exponential.At(240000)).Within(1e-17));
    }

    [Test]
    public void A_growing_exp_ends_at_the_largest_number() =>
        Assert.That(new ExponentialPolicy(1e-7, 1.1).At(1_000_000_000_000), Is.EqualTo(double.MaxValue));

    [Test]
    public void The_longest_step_size_counts_its_cycle_without_overflow()
    {
        TriangularPolicy policy = new(0.1, 0.3, long.MaxValue / 2);

        Assert.That(policy.CycleLength, Is.EqualTo(long.MaxValue - 1));
        Assert.That(policy.At(long.MaxValue / 2), Is.EqualTo(0.3));
        Assert.That(policy.At(long.MaxValue), Is.EqualTo(0.1).Within(1e-15));
    }
}
