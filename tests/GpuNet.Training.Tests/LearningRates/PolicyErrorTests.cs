using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>Every way to write a policy wrongly gets one line that names the policy, the value, the rule and the way out.</summary>
public sealed class PolicyErrorTests
{
    [TestCase("", "policy is empty", "fixed, step, multistep", "fixed:rate=0.001")]
    [TestCase(" \t\n", "policy is empty")]
    [TestCase("triangluar2:base=1", "Unknown learning-rate policy 'triangluar2'", "Did you mean 'triangular2'?", "The policies are fixed, step, multistep, exp, inv, poly, sigmoid, triangular, triangular2, exp_range, exp_range_amplitude, welch, hann, one_cycle, cosine_restarts, warmup, decay.")]
    [TestCase("Triangular:base=1", "Did you mean 'triangular'?")]
    [TestCase("tri:base=1", "Did you mean 'triangular'?")]
    [TestCase("exp_rnge", "Did you mean 'exp_range'?")]
    [TestCase("polynomial", "Did you mean 'poly'?")]
    [TestCase("0.001", "Unknown learning-rate policy '0.001'")]
    [TestCase("staged:a=1", "Unknown learning-rate policy 'staged'", "joined by '/'")]
    [TestCase("fixed", "fixed: rate is missing", "Example: fixed:rate=0.001")]
    [TestCase("fixed:", "fixed: rate is missing")]
    [TestCase("triangular:step=5", "triangular: base and max are missing")]
    [TestCase("fixed:rate=0.1,lr=2", "fixed: unknown key 'lr'", "its keys are rate")]
    [TestCase("triangular:base=0.1,max=1,stepsize=5", "unknown key 'stepsize'", "its keys are base, max, step")]
    [TestCase("fixed:rate=0.1,rate=0.2", "rate is given twice, as 0.1 and as 0.2")]
    [TestCase("fixed:rate", "'rate' is not of the form key=value")]
    [TestCase("fixed:rate=", "'rate=' is not of the form key=value")]
    [TestCase("fixed:=1", "'=1' is not of the form key=value")]
    [TestCase("fixed:rate=1=2", "'rate=1=2' is not of the form key=value")]
    [TestCase("fixed:rate=0.1,", "'' is not of the form key=value")]
    [TestCase("fixed:rate=0,001", "'001' is not of the form key=value")]
    [TestCase("fixed:rate=fast", "fixed: rate=fast is not a finite number", "Example: fixed:rate=0.001")]
    [TestCase("fixed:rate=NaN", "rate=NaN is not a finite number")]
    [TestCase("fixed:rate=inf", "rate=inf is not a finite number")]
    [TestCase("fixed:rate=-Infinity", "rate=-Infinity is not a finite number")]
    [TestCase("fixed:rate=1e999", "rate=1e999 is not a finite number")]
    [TestCase("fixed:rate=0.1f", "rate=0.1f is not a finite number")]
    [TestCase("fixed:rate=0", "fixed: rate=0 is not possible", "rate must be a finite number above 0", "Example: fixed:rate=0.001")]
    [TestCase("fixed:rate=-0.001", "rate=-0.001 is not possible")]
    [TestCase("fixed:rate=1e-999", "rate=0 is not possible")]
    [TestCase("triangular:base=0.2,max=0.1,step=5", "triangular: max=0.1 is below base=0.2", "Raise max or lower base")]
    [TestCase("decay:base=0.2,max=0.1,step=5", "decay: max=0.1 is below base=0.2")]
    [TestCase("triangular:base=0,max=0,step=5", "max=0 is not possible", "above 0")]
    [TestCase("triangular:base=-1,max=1,step=5", "base=-1 is not possible", "0 or above")]
    [TestCase("triangular2:base=0.1,max=1,step=0", "triangular2: step=0 is not possible", "iterations above 0")]
    [TestCase("triangular2:base=0.1,max=1,step=-5", "step=-5 is not possible")]
    [TestCase("triangular2:base=0.1,max=1,step=2.5", "step=2.5 is not a whole number")]
    [TestCase("triangular2:base=0.1,max=1,step=99999999999999999999", "step=99999999999999999999 is not a whole number of at most 9223372036854775807")]
    [TestCase("triangular2:base=0.1,max=1,step=9223372036854775807", "step must be at most 4611686018427387903")]
    [TestCase("triangular:base=0.1,max=1,step=5,down=0", "triangular: down=0 is not possible", "iterations above 0")]
    [TestCase("triangular2:base=0.1,max=1,step=5,down=-3", "triangular2: down=-3 is not possible")]
    [TestCase("exp_range:base=0.1,max=1,step=5,gamma=0.9,down=2.5", "exp_range: down=2.5 is not a whole number")]
    [TestCase("triangular:base=0.1,max=1,step=5,down=9223372036854775807", "down must be at most 4611686018427387903")]
    [TestCase("triangular:base=0.1,max=1,down=5", "triangular: step is missing")]
    [TestCase("triangular:base=0.1,max=1,step=5,up=5", "unknown key 'up'", "its keys are base, max, step and, if wanted, down")]
    [TestCase("decay:base=0.1,max=1,step=5,down=5", "decay: unknown key 'down'")]
    [TestCase("welch:base=0.2,max=0.1,step=5", "welch: max=0.1 is below base=0.2")]
    [TestCase("welch:base=0.1,max=1", "welch: step is missing")]
    [TestCase("hann:base=0.1,max=1,step=0", "hann: step=0 is not possible", "Example: hann:")]
    [TestCase("hann:base=-1,max=1,step=5", "hann: base=-1 is not possible")]
    [TestCase("warmup:base=0.2,max=0.1,step=5", "warmup: max=0.1 is below base=0.2")]
    [TestCase("warmup:base=0,max=0.1,step=0", "warmup: step=0 is not possible")]
    [TestCase("onecycle:max=1", "Did you mean 'one_cycle'?")]
    [TestCase("cosine:base=0,max=1,period=5", "Did you mean 'cosine_restarts'?")]
    [TestCase("one_cycle:max=1", "one_cycle: iterations is missing")]
    [TestCase("one_cycle:max=0,iterations=9", "one_cycle: max=0 is not possible")]
    [TestCase("one_cycle:max=NaN,iterations=9", "max=NaN is not a finite number")]
    [TestCase("one_cycle:max=1,iterations=0", "one_cycle: iterations=0 is not possible")]
    [TestCase("one_cycle:max=1,iterations=9,pct_start=0", "pct_start=0 is not possible", "above 0 and below 1")]
    [TestCase("one_cycle:max=1,iterations=9,pct_start=1", "pct_start=1 is not possible")]
    [TestCase("one_cycle:max=1,iterations=9,pct_start=0.6,phases=3", "pct_start=0.6 is not possible", "at most 0.5 with phases=3")]
    [TestCase("one_cycle:max=1,iterations=9,phases=4", "phases=4 is not possible", "2 or 3")]
    [TestCase("one_cycle:max=1,iterations=9,phases=three", "phases=three is not a whole number")]
    [TestCase("one_cycle:max=1,iterations=9,div_factor=0.5", "div_factor=0.5 is not possible", "1 or above")]
    [TestCase("one_cycle:max=1,iterations=9,final_div_factor=0", "final_div_factor=0 is not possible")]
    [TestCase("one_cycle:max=1,iterations=9,anneal=cosine", "anneal=cosine is not one of cos, linear")]
    [TestCase("one_cycle:max=1,iterations=9,base=0.1", "one_cycle: unknown key 'base'", "pct_start, div_factor, final_div_factor, phases, anneal")]
    [TestCase("cosine_restarts:base=0,max=1,period=0", "cosine_restarts: period=0 is not possible")]
    [TestCase("cosine_restarts:base=2,max=1,period=5", "cosine_restarts: max=1 is below base=2")]
    [TestCase("cosine_restarts:base=0,max=1,period=5,mult=0", "mult=0 is not possible", "1 or above")]
    [TestCase("cosine_restarts:base=0,max=1,period=5,mult=1.5", "mult=1.5 is not a whole number")]
    [TestCase("warmup:base=0,max=0.1,step=5/one_cycle:max=1@5", "staged: stage 2: one_cycle: iterations is missing")]
    [TestCase("exp:base=1,gamma=0", "exp: gamma=0 is not possible", "above 0")]
    [TestCase("exp_range:base=0.1,max=1,step=5,gamma=1.1", "exp_range: gamma=1.1 is not possible", "at most 1")]
    [TestCase("exp_range_amplitude:base=0.1,max=1,step=5,gamma=0", "exp_range_amplitude: gamma=0 is not possible")]
    [TestCase("sigmoid:base=1,gamma=0,interval=5", "sigmoid: gamma=0 is not possible", "other than 0")]
    [TestCase("poly:base=1,power=-1,iterations=5", "poly: power=-1 is not possible")]
    [TestCase("poly:base=1,power=1,iterations=0", "iterations=0 is not possible")]
    [TestCase("inv:base=1,gamma=-1,power=1", "inv: gamma=-1 is not possible")]
    [TestCase("step:base=1,gamma=0.1,interval=0", "step: interval=0 is not possible")]
    [TestCase("multistep:base=1,gamma=0.1,at=5+5", "multistep: at=5+5 is not possible", "later than the one before")]
    [TestCase("multistep:base=1,gamma=0.1,at=0+5", "at=0+5 is not possible")]
    [TestCase("multistep:base=1,gamma=0.1,at=5+", "at= is not a whole number")]
    [TestCase("fixed:rate=1/fixed:rate=2@0", "staged: stage 2 starts at 0", "starts must rise")]
    [TestCase("fixed:rate=1/fixed:rate=2@5/fixed:rate=3@5", "stage 3 starts at 5, but stage 2 starts at 5")]
    [TestCase("fixed:rate=1/fixed:rate=2@-5", "stage 2 starts at -5")]
    [TestCase("fixed:rate=1/fixed:rate=2@soon", "stage 2 starts at 'soon'", "not a whole number")]
    [TestCase("fixed:rate=1/fixed:rate=2@99999999999999999999", "stage 2 starts at '99999999999999999999'")]
    [TestCase("fixed:rate=1/fixed:rate=2", "stage 2 must end in one @START")]
    [TestCase("fixed:rate=1/fixed:rate=2@5@6", "stage 2 must end in one @START")]
    [TestCase("fixed:rate=1@0/fixed:rate=2@5", "stage 1 must end in no @START")]
    [TestCase("fixed:rate=1/fixed:rate=0@5", "staged: stage 2: fixed: rate=0 is not possible")]
    [TestCase("fixed:rate=1/", "stage 2 must end in one @START")]
    [TestCase("fixed:rate=1/@5", "staged: stage 2: The learning-rate policy is empty")]
    [TestCase("fixed:rate=1@5", "has a start but is the only stage")]
    [TestCase("fixed:ra\nte\u2028=1", "unknown key 'ra te")]
    public void A_bad_text_gets_one_line_that_says_what_is_wrong(string text, params string[] parts)
    {
        Assert.That(() => PolicyText.Parse(text), Throws.TypeOf<LearningRatePolicyException>());
        Assert.That(PolicyText.TryParse(text, out LearningRatePolicy? policy, out string? error), Is.False);
        Assert.That(policy, Is.Null);
        foreach (string part in parts)
        {
            Assert.That(error, Does.Contain(part));
        }

        Assert.That(error, Does.Not.Contain("\n").And.Not.Contain("\u2028"));
    }

    [Test]
    public void A_very_long_text_is_cut_in_the_message()
    {
        Assert.That(PolicyText.TryParse(new string('x', 100_000), out _, out string? error), Is.False);
        Assert.That(error, Has.Length.LessThan(300));
    }

    [Test]
    public void No_text_is_an_empty_text()
    {
        Assert.That(PolicyText.TryParse(null, out _, out string? error), Is.False);
        Assert.That(error, Does.Contain("policy is empty"));
        Assert.That(() => PolicyText.Parse(null!), Throws.ArgumentNullException);
    }

    private static IEnumerable<TestCaseData> ImpossibleValues()
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1.0 })
        {
            yield return Case($"fixed rate {bad}", () => new FixedPolicy(bad));
            yield return Case($"step base {bad}", () => new StepPolicy(bad, 0.1, 5));
            yield return Case($"step gamma {bad}", () => new StepPolicy(1, bad, 5));
            yield return Case($"multistep base {bad}", () => new MultistepPolicy(bad, 0.1, 5));
            yield return Case($"multistep gamma {bad}", () => new MultistepPolicy(1, bad, 5));
            yield return Case($"exp base {bad}", () => new ExponentialPolicy(bad, 0.5));
            yield return Case($"exp gamma {bad}", () => new ExponentialPolicy(1, bad));
            yield return Case($"inv base {bad}", () => new InversePolicy(bad, 1, 1));
            yield return Case($"inv gamma {bad}", () => new InversePolicy(1, bad, 1));
            yield return Case($"inv power {bad}", () => new InversePolicy(1, 1, bad));
            yield return Case($"poly base {bad}", () => new PolynomialPolicy(bad, 1, 5));
            yield return Case($"poly power {bad}", () => new PolynomialPolicy(1, bad, 5));
            yield return Case($"sigmoid base {bad}", () => new SigmoidPolicy(bad, 1, 5));
            yield return Case($"triangular base {bad}", () => new TriangularPolicy(bad, 1, 5));
            yield return Case($"triangular2 max {bad}", () => new Triangular2Policy(0.1, bad, 5));
            yield return Case($"decay base {bad}", () => new DecayPolicy(bad, 1, 5));
            yield return Case($"decay max {bad}", () => new DecayPolicy(0.1, bad, 5));
            yield return Case($"welch base {bad}", () => new WelchPolicy(bad, 1, 5));
            yield return Case($"hann max {bad}", () => new HannPolicy(0.1, bad, 5));
            yield return Case($"warmup base {bad}", () => new WarmupPolicy(bad, 1, 5));
            yield return Case($"warmup max {bad}", () => new WarmupPolicy(0.1, bad, 5));
            yield return Case($"one_cycle max {bad}", () => new OneCyclePolicy(bad, 5));
            yield return Case($"one_cycle pct_start {bad}", () => new OneCyclePolicy(1, 5, bad));
            yield return Case($"one_cycle pct_start {bad} of three phases", () => new OneCyclePolicy(1, 5, bad, phases: 3));
            yield return Case($"one_cycle div_factor {bad}", () => new OneCyclePolicy(1, 5, divFactor: bad));
            yield return Case($"one_cycle final_div_factor {bad}", () => new OneCyclePolicy(1, 5, finalDivFactor: bad));
            yield return Case($"cosine_restarts base {bad}", () => new CosineRestartsPolicy(bad, 1, 5));
            yield return Case($"cosine_restarts max {bad}", () => new CosineRestartsPolicy(0.1, bad, 5));
            yield return Case($"exp_range gamma {bad}", () => new ExponentialRangePolicy(0.1, 1, 5, bad));
            yield return Case($"exp_range_amplitude gamma {bad}", () => new AmplitudeExponentialRangePolicy(0.1, 1, 5, bad));
        }

        yield return Case("sigmoid gamma NaN", () => new SigmoidPolicy(1, double.NaN, 5));
        yield return Case("sigmoid interval 0", () => new SigmoidPolicy(1, 1, 0));
        yield return Case("decay step 0", () => new DecayPolicy(0.1, 1, 0));
        yield return Case("multistep without milestones", () => new MultistepPolicy(1, 0.1));
        yield return Case("staged without stages", () => new StagedPolicy());
        yield return Case("staged with one stage", () => new StagedPolicy(new PolicyStage(0, new FixedPolicy(1))));
        yield return Case("staged that starts late", () => new StagedPolicy(new(1, new FixedPolicy(1)), new(2, new FixedPolicy(1))));
        yield return Case("staged with no policy", () => new StagedPolicy(new(0, new FixedPolicy(1)), default));
        yield return Case("staged in staged", () => new StagedPolicy(
            new(0, new FixedPolicy(1)), new(5, new StagedPolicy(new(0, new FixedPolicy(1)), new(5, new FixedPolicy(1))))));
    }

    [TestCaseSource(nameof(ImpossibleValues))]
    public void An_impossible_policy_cannot_be_made(Func<LearningRatePolicy> make) =>
        Assert.That(make, Throws.TypeOf<LearningRatePolicyException>().With.Message.Matches("^[a-z0-9_]+: [^\n]+$"));

    private static TestCaseData Case(string name, Func<LearningRatePolicy> make) => new TestCaseData(make).SetArgDisplayNames(name);
}
