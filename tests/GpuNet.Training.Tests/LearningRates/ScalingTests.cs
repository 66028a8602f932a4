using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>A schedule scaled to another number of iterations.</summary>
public sealed class ScalingTests
{
    private static readonly string[] Policies =
    [
        "fixed:rate=0.001",
        "step:base=0.01,gamma=0.1,interval=1000",
        "multistep:base=0.1,gamma=0.1,at=6000+7000",
        "exp:base=0.001,gamma=0.99994",
        "inv:base=0.01,gamma=0.0001,power=0.75",
        "poly:base=0.01,power=0.5,iterations=10000",
        "sigmoid:base=0.001,gamma=-0.01,interval=2500",
        "triangular:base=0.001,max=0.006,step=2000",
        "triangular2:base=0.001,max=0.005,step=2000",
        "exp_range:base=0.001,max=0.006,step=2000,gamma=0.99994",
        "exp_range_amplitude:base=0.001,max=0.006,step=2000,gamma=0.99994",
        "triangular:base=0.001,max=0.006,step=1000,down=3000",
        "welch:base=0.001,max=0.006,step=2000",
        "hann:base=0.001,max=0.006,step=2000,down=500",
        "one_cycle:max=0.01,iterations=10000",
        "cosine_restarts:base=0.001,max=0.01,period=2000,mult=2",
        "warmup:base=0.0001,max=0.01,step=500",
        "decay:base=0.001,max=0.007,step=4000",
        "triangular2:base=0.001,max=0.005,step=2000/triangular2:base=0.0001,max=0.0005,step=500@4000",
    ];

    [Test]
    public void Every_policy_has_a_case() =>
        Assert.That(Policies.Select(text => PolicyText.Parse(text).Name).Distinct().Order(), Is.EqualTo(PolicyText.Forms.Select(form => PolicyText.Parse(form.Example).Name).Order()));

    // Each iteration of the original is a whole number of iterations later on, or the other way round.
    [Test]
    public void The_rate_at_a_scaled_iteration_is_the_original_rate([ValueSource(nameof(Policies))] string text, [Values(3, 7)] int times)
    {
        var policy = PolicyText.Parse(text);
        var longer = policy.Scaled(times);
        var back = longer.Scaled(1.0 / times);
        for (long i = 0; i <= 20_000; i += 125)
        {
            double rate = policy.At(i);
            // One cycle's phases end an iteration early, which is another share of a longer run: at most a cosine's slope of ½π in 0.3 of it.
            double tolerance = policy is OneCyclePolicy one ? one.MaxRate * Math.PI / 2 / (0.3 * one.Iterations) : 1e-9 * rate;
            Assert.That(longer.At(times * i), Is.EqualTo(rate).Within(tolerance), $"{longer} at {times * i}");
            Assert.That(back.At(i), Is.EqualTo(rate).Within(1e-9 * rate), $"{back} at {i}");
        }
    }

    [Test]
    public void A_scaled_policy_is_of_the_same_kind_and_its_text_is_read_back([ValueSource(nameof(Policies))] string text, [Values(0.0099914, 0.37, 1, 2.5)] double factor)
    {
        var policy = PolicyText.Parse(text);
        var scaled = policy.Scaled(factor);
        Assert.That(scaled.GetType(), Is.EqualTo(policy.GetType()));
        Assert.That(PolicyText.Parse(scaled.ToString()), Is.EqualTo(scaled));
        if (factor == 1)
            Assert.That(scaled, Is.EqualTo(policy));
    }

    [TestCase("step:base=0.01,gamma=0.1,interval=1000", "step:base=0.01,gamma=0.1,interval=1")]
    [TestCase("multistep:base=0.1,gamma=0.1,at=6000+7000", "multistep:base=0.1,gamma=0.1,at=1+2")]
    [TestCase("triangular:base=0.001,max=0.006,step=2000", "triangular:base=0.001,max=0.006,step=1")]
    [TestCase("decay:base=0.001,max=0.007,step=4000", "decay:base=0.001,max=0.007,step=1")]
    [TestCase("triangular:base=0.001,max=0.006,step=1000,down=3000", "triangular:base=0.001,max=0.006,step=1")]
    [TestCase("one_cycle:max=0.01,iterations=10000", "one_cycle:max=0.01,iterations=1")]
    [TestCase("cosine_restarts:base=0,max=0.01,period=2000,mult=2", "cosine_restarts:base=0,max=0.01,period=1,mult=2")]
    [TestCase("poly:base=0.01,power=0.5,iterations=10000", "poly:base=0.01,power=0.5,iterations=1")]
    [TestCase("triangular:base=0.1,max=0.5,step=20/fixed:rate=0.1@40/fixed:rate=0.2@50", "triangular:base=0.1,max=0.5,step=1/fixed:rate=0.1@1/fixed:rate=0.2@2")]
    public void Steps_are_at_least_1_and_what_rises_goes_on_rising(string text, string expected) =>
        Assert.That(PolicyText.Parse(text).Scaled(1e-7).ToString(), Is.EqualTo(expected));

    [TestCase("triangular:base=0.001,max=0.006,step=10", 0.24, 0.2)]
    [TestCase("triangular:base=0.001,max=0.006,step=10", 0.25, 0.3)]
    [TestCase("triangular:base=0.001,max=0.006,step=10", 0.001, 0.1)]
    [TestCase("multistep:base=0.1,gamma=0.1,at=60+70", 0.042, 0.05)]
    [TestCase("triangular:base=0.1,max=0.5,step=20/triangular:base=0.1,max=0.5,step=5@40", 0.25, 0.2)]
    [TestCase("fixed:rate=1/fixed:rate=2@4", 0.6, 0.5)]
    [TestCase("exp:base=0.001,gamma=0.99994", 0.0123, 0.0123)]
    public void The_whole_factor_makes_the_step_a_whole_number(string text, double factor, double expected) =>
        Assert.That(PolicyText.Parse(text).WholeFactor(factor), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void A_factor_is_a_finite_number_above_0([ValueSource(nameof(Policies))] string text, [Values(0.0, -1.0, double.PositiveInfinity, double.NaN)] double factor)
    {
        var policy = PolicyText.Parse(text);
        Assert.That(() => policy.WholeFactor(factor), Throws.TypeOf<ArgumentOutOfRangeException>());
        if (policy is not FixedPolicy)
            Assert.That(() => policy.Scaled(factor), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
