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

    private static IEnumerable<LearningRatePolicy> RandomCycles()
    {
        var random = new Random(6);
        for (int n = 0; n < 60; n++)
        {
            double low = random.Next(3) == 0 ? 0 : random.NextDouble(), high = low + random.NextDouble() + 1e-3;
            (long up, long down, double gamma) = (random.Next(1, 40), random.Next(1, 40), 1 - (0.1 * random.NextDouble()));
            yield return new TriangularPolicy(low, high, up, down);
            yield return new Triangular2Policy(low, high, up, down);
            yield return new ExponentialRangePolicy(low, high, up, gamma, down);
            yield return new AmplitudeExponentialRangePolicy(low, high, up, gamma, down);
            yield return new WelchPolicy(low, high, up, down);
            yield return new HannPolicy(low, high, up, down);
        }
    }

    private static IEnumerable<OneCyclePolicy> RandomOneCycles()
    {
        var random = new Random(7);
        for (int n = 0; n < 100; n++)
        {
            int phases = random.Next(2, 4);
            yield return new OneCyclePolicy(
                random.NextDouble() + 1e-3, random.Next(1, 300), (phases == 3 ? 0.5 : 0.999) * (1 - random.NextDouble()), 1 + (50 * random.NextDouble()), 1 + (1e5 * random.NextDouble()), phases, (Annealing)random.Next(2));
        }
    }

    // A jump is at most the steepest slope there is: a cosine's, ½π, below a parabola's, 2; exp_range's bounds fall besides.
    [Test]
    public void Cycles_of_any_bounds_and_steps_stay_between_them_and_are_continuous()
    {
        foreach (var policy in RandomCycles().Cast<CyclicalPolicy>())
        {
            double range = policy.MaxRate - policy.BaseRate, gamma = policy switch { ExponentialRangePolicy p => p.Gamma, AmplitudeExponentialRangePolicy p => p.Gamma, _ => 1 };
            double steepest = (2 * range / Math.Min(policy.StepSize, policy.StepDown)) + (policy.MaxRate * (1 - gamma)) + 1e-12;
            double lowest = policy is ExponentialRangePolicy ? 0 : policy.BaseRate;
            for (long i = 0; i <= 4 * policy.CycleLength; i++)
            {
                Assert.That(policy.At(i), Is.InRange(lowest, policy.MaxRate), $"{policy} at {i}");
                Assert.That(policy.HeightAt(i), Is.InRange(0, 1), $"{policy} at {i}");
                Assert.That(Math.Abs(policy.At(i + 1) - policy.At(i)), Is.LessThanOrEqualTo(steepest), $"{policy} at {i}");
            }

            long cycle = policy.CycleLength!.Value;
            Assert.That(policy.CycleAt((3 * cycle) - 1), Is.EqualTo(new PolicyCycle(2 * cycle, cycle)));
            Assert.That((policy.HeightAt(0), policy.HeightAt(cycle), policy.HeightAt(5 * cycle)), Is.EqualTo((0.0, 0.0, 0.0)));
            if (policy is TriangularPolicy or WelchPolicy or HannPolicy)
                Assert.That((policy.At(policy.StepSize), policy.At(cycle + policy.StepSize)), Is.EqualTo((policy.MaxRate, policy.MaxRate)));
        }
    }

    [Test]
    public void One_cycle_stays_between_its_last_and_its_largest_rate_and_ends_in_the_last()
    {
        foreach (var policy in RandomOneCycles())
        {
            double last = policy.MaxRate / policy.DivFactor / policy.FinalDivFactor;
            for (long i = 0; i < policy.Iterations; i++)
            {
                Assert.That(policy.At(i), Is.InRange(last, policy.MaxRate), $"{policy} at {i}");
                Assert.That(policy.HeightAt(i), Is.InRange(0, 1), $"{policy} at {i}");
            }

            Assert.That(policy.At(policy.Iterations - 1), Is.EqualTo(last), $"{policy}");
            Assert.That(policy.At(policy.Iterations + 1_000_000), Is.EqualTo(last), $"{policy}");
        }
    }

    [TestCase("one_cycle:max=0.1,iterations=1000", 299, false)]
    [TestCase("one_cycle:max=0.1,iterations=1000,anneal=linear", 299, false)]
    [TestCase("one_cycle:max=0.1,iterations=1000,pct_start=0.4,phases=3", 399, true)]
    [TestCase("one_cycle:max=0.1,iterations=1000,pct_start=0.4,phases=3,anneal=linear", 399, true)]
    public void One_cycle_rises_to_its_top_and_then_falls(string text, int top, bool isBack)
    {
        var policy = PolicyText.Parse(text);
        double[] rates = [.. Enumerable.Range(0, 1000).Select(i => policy.At(i))];
        Assert.That(rates[..(top + 1)], Is.Ordered.Ascending.And.Unique);
        Assert.That(rates[top..], Is.Ordered.Descending.And.Unique);
        Assert.That((rates[0], rates[top]), Is.EqualTo((0.1 / 25, 0.1)));
        if (isBack)
            Assert.That(rates[2 * top], Is.EqualTo(0.1 / 25).Within(1e-16));
    }

    [TestCase("cosine_restarts:base=0.01,max=0.5,period=30", new long[] { 0, 30, 60, 90 })]
    [TestCase("cosine_restarts:base=0.01,max=0.5,period=30,mult=2", new long[] { 0, 30, 90, 210 })]
    [TestCase("cosine_restarts:base=0.01,max=0.5,period=10,mult=3", new long[] { 0, 10, 40, 130 })]
    public void A_cosine_falls_from_max_to_near_base_and_starts_again(string text, long[] starts)
    {
        var policy = (CosineRestartsPolicy)PolicyText.Parse(text);
        foreach (var (start, end) in starts.Zip(starts.Skip(1)))
        {
            double[] rates = [.. Enumerable.Range(0, (int)(end - start)).Select(i => policy.At(start + i))];
            Assert.That(rates, Is.Ordered.Descending.And.Unique);
            Assert.That(rates[0], Is.EqualTo(0.5));
            Assert.That(rates[^1], Is.InRange(0.01, 0.01 + (0.49 * Math.Pow(Math.PI / 2 / (end - start), 2))));
            Assert.That(policy.CycleAt(end - 1), Is.EqualTo(new PolicyCycle(start, end - start)));
        }

        Assert.That(policy.CycleLength, Is.EqualTo(policy.Multiplier == 1 ? 30 : null));
    }

    [Test]
    public void A_warm_up_never_falls_and_leads_into_the_policy_after_it_which_begins_at_its_own_iteration_0()
    {
        var policy = PolicyText.Parse("warmup:base=0,max=0.1,step=500/triangular2:base=0.1,max=0.5,step=100@500/one_cycle:max=0.3,iterations=300@900");
        Assert.That(Enumerable.Range(0, 501).Select(i => policy.At(i)), Is.Ordered.Ascending.And.Unique);
        Assert.That((policy.At(0), policy.At(250), policy.At(500), policy.At(600), policy.At(800)), Is.EqualTo((0.0, 0.05, 0.1, 0.5, 0.3)));
        Assert.That((policy.At(900), policy.At(989), policy.At(1199)), Is.EqualTo((0.3 / 25, 0.3, 0.3 / 25 / 10000)));
        Assert.That((policy.HeightAt(499), policy.HeightAt(600), policy.HeightAt(989)), Is.EqualTo((0.0, 1.0, 1.0)));
        Assert.That((policy.CycleAt(499), policy.CycleAt(500), policy.CycleAt(899)), Is.EqualTo(((PolicyCycle?)null, new PolicyCycle(500, 200), new PolicyCycle(700, 200))));
        Assert.That(policy.CycleAt(1000), Is.EqualTo(new PolicyCycle(900, 300)));
        Assert.That(policy.IsCyclical, Is.True);
        Assert.That(new WarmupPolicy(0.01, 0.2, 7).At(long.MaxValue), Is.EqualTo(0.2));
    }

    [Test]
    public void A_cycle_that_the_next_stage_cuts_ends_there() =>
        Assert.That(PolicyText.Parse("triangular:base=0.1,max=0.5,step=100/fixed:rate=0.1@250").CycleAt(249), Is.EqualTo(new PolicyCycle(200, 50)));

    [Test]
    public void A_policy_is_cyclical_or_stands_at_height_0([ValueSource(nameof(Examples))] string text)
    {
        var policy = PolicyText.Parse(text);
        Assert.That(Enumerable.Range(0, 5000).Any(i => policy.HeightAt(i) > 0.8), Is.EqualTo(policy.IsCyclical));
        Assert.That(() => policy.HeightAt(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Random_policies_come_back_equal_from_their_texts()
    {
        foreach (var policy in RandomCycles().Concat(RandomOneCycles()))
        {
            Assert.That(PolicyText.Parse(policy.ToString()), Is.EqualTo(policy));
            Assert.That(PolicyText.Parse(policy.Scaled(1).ToString()), Is.EqualTo(policy));
        }
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
