using System.Globalization;
using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

public sealed class PolicyTextTests
{
    private const string Table2 =
        "triangular2:base=0.001,max=0.005,step=2000/triangular2:base=0.0001,max=0.0005,step=1000@16000/triangular2:base=0.00001,max=0.00005,step=500@22000";

    private static IEnumerable<string> CanonicalTexts => PolicyText.Forms.Select(form => form.Example).Append(Table2);

    private static IEnumerable<LearningRatePolicy> AwkwardPolicies()
    {
        yield return new FixedPolicy(0.1 + 0.2);
        yield return new FixedPolicy(double.MaxValue);
        yield return new FixedPolicy(double.Epsilon);
        yield return new FixedPolicy(1.2345678901234567e-5);
        yield return new FixedPolicy(1.2345678901234567e-10);
        yield return new FixedPolicy(9.999999999999999e-5);
        yield return new FixedPolicy(1e21);
        yield return new SigmoidPolicy(1 / 3.0, -1 / 70000.0, long.MaxValue);
        yield return new TriangularPolicy(0, 2 / 3.0, long.MaxValue / 2);
        yield return new ExponentialRangePolicy(1e-7, 1e-6, 1, 1 - 1e-16);
        yield return new TriangularPolicy(0.1, 0.2, 3, long.MaxValue / 2);
        yield return new ExponentialRangePolicy(0.1, 0.2, 3, 0.9, 7);
        yield return new AmplitudeExponentialRangePolicy(0.1, 0.2, 3, 0.9, 7);
        yield return new OneCyclePolicy(1 / 3.0, long.MaxValue, 1e-9, 1, 1e300, 3, Annealing.Linear);
        yield return new CosineRestartsPolicy(0, double.Epsilon, long.MaxValue, long.MaxValue);
        yield return new MultistepPolicy(1, 3, 1, 2, long.MaxValue);
        yield return new StagedPolicy(new(0, new DecayPolicy(0, 1e-5, 1)), new(1, new FixedPolicy(1e-11)), new(long.MaxValue, new FixedPolicy(3)));
    }

    [TestCaseSource(nameof(CanonicalTexts))]
    public void A_canonical_text_comes_back_as_it_was(string text) =>
        Assert.That(PolicyText.Parse(text).ToString(), Is.EqualTo(text));

    [TestCaseSource(nameof(AwkwardPolicies))]
    public void A_policy_comes_back_equal_from_its_text(LearningRatePolicy policy)
    {
        LearningRatePolicy copy = PolicyText.Parse(policy.ToString());

        Assert.That(copy, Is.EqualTo(policy));
        Assert.That(copy.GetHashCode(), Is.EqualTo(policy.GetHashCode()));
    }

    [TestCaseSource(nameof(CanonicalTexts))]
    public void Blanks_around_names_keys_and_values_do_not_matter(string text)
    {
        string spaced = text;
        foreach (string sign in new[] { ":", "=", ",", "/", "@", "+" })
        {
            spaced = spaced.Replace(sign, $" \t{sign} ", StringComparison.Ordinal);
        }

        Assert.That(PolicyText.Parse($"  {spaced}\n"), Is.EqualTo(PolicyText.Parse(text)));
    }

    [Test]
    public void Keys_come_in_any_order() =>
        Assert.That(PolicyText.Parse("triangular:step=20,max=1,base=1e-1"), Is.EqualTo(new TriangularPolicy(0.1, 1, 20)));

    [TestCase("triangular:base=0.1,max=1,step=20,down=20", "triangular:base=0.1,max=1,step=20")]
    [TestCase("exp_range:gamma=0.9,down=5,base=0.1,max=1,step=20", "exp_range:base=0.1,max=1,step=20,down=5,gamma=0.9")]
    [TestCase("one_cycle:max=1,iterations=9,anneal=cos,phases=2,pct_start=0.3,div_factor=25,final_div_factor=1e4", "one_cycle:max=1,iterations=9")]
    [TestCase("cosine_restarts:base=0,max=1,period=9,mult=1", "cosine_restarts:base=0,max=1,period=9")]
    public void A_key_with_the_value_that_it_has_anyway_is_left_out_of_the_canonical_text(string text, string canonical) =>
        Assert.That(PolicyText.Parse(text).ToString(), Is.EqualTo(canonical));

    [Test]
    public void A_text_reads_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "minus";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.That(PolicyText.Parse("sigmoid:base=0.5,gamma=-0.25,interval=3").ToString(), Is.EqualTo("sigmoid:base=0.5,gamma=-0.25,interval=3"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Policies_with_different_parameters_or_kinds_differ()
    {
        LearningRatePolicy[] policies =
        [
            new TriangularPolicy(0.1, 0.2, 10), new TriangularPolicy(0.1, 0.2, 11), new Triangular2Policy(0.1, 0.2, 10), new DecayPolicy(0.1, 0.2, 10),
            new ExponentialRangePolicy(0.1, 0.2, 10, 0.9), new AmplitudeExponentialRangePolicy(0.1, 0.2, 10, 0.9), new ExponentialRangePolicy(0.1, 0.2, 10, 0.8),
            new TriangularPolicy(0.1, 0.2, 10, 5), new WelchPolicy(0.1, 0.2, 10), new HannPolicy(0.1, 0.2, 10), new WarmupPolicy(0.1, 0.2, 10),
            new OneCyclePolicy(0.2, 10), new OneCyclePolicy(0.2, 10, phases: 3), new OneCyclePolicy(0.2, 10, annealing: Annealing.Linear), new OneCyclePolicy(0.2, 10, riseShare: 0.2),
            new OneCyclePolicy(0.2, 10, divFactor: 2), new OneCyclePolicy(0.2, 10, finalDivFactor: 2), new CosineRestartsPolicy(0.1, 0.2, 10), new CosineRestartsPolicy(0.1, 0.2, 10, 2),
            new MultistepPolicy(0.1, 0.2, 10), new MultistepPolicy(0.1, 0.2, 10, 11), new MultistepPolicy(0.1, 0.2, 10, 12),
            new StagedPolicy(new(0, new FixedPolicy(1)), new(5, new FixedPolicy(2))), new StagedPolicy(new(0, new FixedPolicy(1)), new(6, new FixedPolicy(2))),
        ];

        Assert.That(policies, Is.Unique);
    }

    [Test]
    public void A_list_member_cannot_be_changed_from_outside()
    {
        long[] milestones = [10, 20];
        MultistepPolicy policy = new(1, 0.5, milestones);
        milestones[0] = 1;

        Assert.That(policy.At(5), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(CanonicalTexts))]
    public void TryParse_agrees_with_Parse(string text)
    {
        Assert.That(PolicyText.TryParse(text, out LearningRatePolicy? policy, out string? error), Is.True);
        Assert.That(policy, Is.EqualTo(PolicyText.Parse(text)));
        Assert.That(error, Is.Null);
    }

    [Test]
    public void Every_form_has_its_keys_in_its_example_and_its_name_on_the_policy()
    {
        Assert.That(PolicyText.Forms, Has.Count.EqualTo(18));
        foreach (var form in PolicyText.Forms)
        {
            Assert.That(PolicyText.Parse(form.Example).Name, Is.EqualTo(form.Name));
            Assert.That(form.Meaning, Is.Not.Empty);
            Assert.That(form.Keys.All(key => form.Example.Contains($"{key}=", StringComparison.Ordinal)), form.Name);
        }
    }
}
