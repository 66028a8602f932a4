using System.Collections.Immutable;
using GpuNet.Training.RangeTests;

namespace GpuNet.Training.Tests.RangeTests;

/// <summary>Bounds read off curves whose shape is known.</summary>
public sealed class RangeTestAnalysisTests
{
    private const int TestImages = 10_000;
    private const double IterationsInEpoch = 500;

    [Test]
    public void A_rise_that_slows_and_turns_ragged_gives_both_bounds()
    {
        // The shape of the paper's Figure 3: up from the first rate on, ragged from 0.006 on.
        var found = Found(Curve(41, 0.02, rate => rate <= 0.006 ? 0.1 + 0.5 * Math.Min(1, rate / 0.005) : (rate * 2000 % 2 < 0.5 ? 0.5 : 0.6)));
        Assert.That(found.Max.Rate, Is.InRange(0.0044, 0.006));
        Assert.That(found.Base.Rate, Is.EqualTo(found.Max.Rate / 4).Within(10).Percent);
        Assert.That(found.Base.Rule, Does.Contain("quarter of max"));
        Assert.That((found.StepSize, found.Confidence), Is.EqualTo((2000L, Confidence.High)));
        Assert.That(found.Policy.ToString(), Does.StartWith("triangular:base=0.001").And.EndsWith("step=2000"));
    }

    [Test]
    public void Base_is_where_the_accuracy_starts_to_rise_if_it_is_flat_before()
    {
        var found = Found(Curve(81, 0.02, rate => 0.1 + 0.5 * Math.Clamp((rate - 0.006) / 0.004, 0, 1) - (rate > 0.012 ? 0.2 : 0)));
        Assert.That(found.Base.Rate, Is.EqualTo(0.0064).Within(0.0001));
        Assert.That(found.Base.Rule, Does.Contain("starts to rise"));
        Assert.That(found.Max.Rate, Is.EqualTo(0.0096).Within(0.0001));
    }

    [Test]
    public void Max_is_the_rate_before_a_drop()
    {
        var found = Found(Curve(41, 0.02, rate => rate <= 0.01 ? 0.1 + 40 * rate : rate <= 0.012 ? 0.3 : rate <= 0.019 ? 0.1 + 30 * rate : 0.2));
        Assert.That(found.Max.Rate, Is.EqualTo(0.01).Within(1e-9));
        Assert.That(found.Max.Rule, Does.Contain("ragged"));
    }

    [Test]
    public void Drops_that_chance_gives_are_no_drops([Values(1, 2, 3)] int seed)
    {
        // On 100 images the accuracy flickers by its standard error, of 5 points at 50 %.
        var random = new Random(seed);
        double Noisy(double rate) => Math.Clamp(0.1 + 0.7 * Math.Min(1, rate / 0.008) + 0.02 * (random.NextDouble() - 0.5), 0, 1);
        var found = Found(Curve(41, 0.02, Noisy), testImages: 100);
        Assert.That(found.Max.Rate, Is.InRange(0.006, 0.0085));
        Assert.That(found.Max.Rule, Does.Contain("slows"));
        Assert.That(found.Confidence, Is.EqualTo(Confidence.Medium));
    }

    [Test]
    public void Rates_times_a_factor_give_bounds_times_it([Values(0.001, 0.1, 1, 10, 1e6)] double factor)
    {
        static double Shape(double rate) => rate <= 0.006 ? 0.1 + 100 * rate : 0.5;
        var one = Found(Curve(41, 0.02, Shape));
        var other = Found([.. Curve(41, 0.02, Shape).Select(point => point with { Rate = factor * point.Rate })]);
        Assert.That(other.Max.Rate, Is.EqualTo(factor * one.Max.Rate).Within(1e-6).Percent);
        Assert.That(other.Base.Rate, Is.EqualTo(factor * one.Base.Rate).Within(1e-6).Percent);
    }

    [Test]
    public void A_suggestion_has_numbers_and_a_rising_range([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        int points = random.Next(0, 30);
        var curve = Curve(points, 0.02, _ => random.Next(4) == 0 ? 0 : random.NextDouble());
        var end = (SweepEnd)random.Next(4);
        var (found, problem) = RangeTestAnalysis.Of(curve, random.Next(1, 1000), 100, end);
        Assert.That(found is null, Is.Not.EqualTo(problem is null));
        if (found is not null)
        {
            Assert.That(found.Base.Rate, Is.GreaterThanOrEqualTo(0).And.LessThan(found.Max.Rate));
            Assert.That(found.Max.Rate, Is.LessThanOrEqualTo(0.0205));
            Assert.That(found.Policy.At(found.StepSize), Is.EqualTo(found.Max.Rate));
        }
    }

    [Test]
    public void A_flat_curve_has_no_bounds() =>
        Assert.That(Problem(Curve(41, 0.02, rate => rate > 0.01 ? 0.11 : 0.10), SweepEnd.Completed), Does.Contain("chance").And.Contain("--max-rate"));

    [Test]
    public void A_curve_that_rises_to_the_end_ended_too_early() =>
        Assert.That(Problem(Curve(41, 0.02, rate => 0.1 + 20 * rate), SweepEnd.Completed), Does.Contain("still rose").And.Contain("0.02").And.Contain("--max-rate"));

    [Test]
    public void A_curve_that_rises_until_the_loss_diverges_has_bounds()
    {
        var found = Found(Curve(41, 0.02, rate => 0.1 + 20 * rate), end: SweepEnd.Diverged);
        Assert.That(found.Max.Rate, Is.EqualTo(0.018).Within(1e-9));
        Assert.That(found.Confidence, Is.EqualTo(Confidence.Medium));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Too_few_points_have_no_bounds(int points)
    {
        Assert.That(Problem(Curve(points, 0.02, rate => rate), SweepEnd.Completed), Does.Contain("--test-interval"));
        Assert.That(Problem(Curve(points, 0.02, rate => rate), SweepEnd.NotFinite), Does.Contain("diverged").And.Contain("lower"));
    }

    [Test]
    public void A_cancelled_sweep_has_no_bounds() =>
        Assert.That(Problem(Curve(41, 0.02, rate => rate <= 0.006 ? 0.1 + 100 * rate : 0.5), SweepEnd.Cancelled), Does.Contain("cancelled"));

    [Test]
    public void A_rise_between_two_points_does_not_show_where_it_starts()
    {
        // To two digits the tenth of the rise and nine tenths of it are one rate.
        var found = Found([new(0, 1.0, 0.1), new(1, 1.001, 0.6), new(2, 1.1, 0.1), new(3, 1.2, 0.1)]);
        Assert.That(found.Base.Rate, Is.EqualTo(0.25));
        Assert.That(found.Base.Rule, Does.Contain("between two points"));
    }

    [Test]
    public void Few_points_below_max_are_worth_little() =>
        Assert.That(Found(Curve(5, 0.02, rate => rate >= 0.005 ? 0.6 : 0.1)).Confidence, Is.EqualTo(Confidence.Low));

    [TestCase(4000, 2000)]
    [TestCase(6000, 1500)]
    [TestCase(1000, 500)]
    [TestCase(70_000, 1944)]
    [TestCase(1, 1)]
    public void A_run_is_a_whole_number_of_cycles(long iterations, long step)
    {
        var found = Found(Curve(41, 0.02, rate => rate <= 0.006 ? 0.1 + 100 * rate : 0.5));
        Assert.That(found.PolicyFor(iterations), Is.EqualTo(new GpuNet.Training.LearningRates.TriangularPolicy(found.Base.Rate, found.Max.Rate, step)));
    }

    private static RangeSuggestion Found(ImmutableArray<SweepAccuracy> curve, int testImages = TestImages, SweepEnd end = SweepEnd.Completed)
    {
        var (found, problem) = RangeTestAnalysis.Of(curve, testImages, IterationsInEpoch, end);
        Assert.That(problem, Is.Null);
        return found!;
    }

    private static string? Problem(ImmutableArray<SweepAccuracy> curve, SweepEnd end)
    {
        var (found, problem) = RangeTestAnalysis.Of(curve, TestImages, IterationsInEpoch, end);
        Assert.That(found, Is.Null);
        return problem;
    }

    private static ImmutableArray<SweepAccuracy> Curve(int points, double last, Func<double, double> accuracy) =>
        [.. Enumerable.Range(0, points).Select(i => (Iteration: 100 * i, Rate: last * i / Math.Max(points - 1, 1))).Select(point => new SweepAccuracy(point.Iteration, point.Rate, accuracy(point.Rate)))];
}
