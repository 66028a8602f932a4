using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>What a policy is said to do in a run.</summary>
public sealed class PolicyPlanTests
{
    [TestCase("triangular2:base=0.1,max=0.5,step=10", 80, 4, 0.1, 0.5, 0.105)]
    [TestCase("triangular:base=0.1,max=0.5,step=10", 50, 2.5, 0.1, 0.5, 0.46)]
    [TestCase("triangular:base=0.1,max=0.5,step=10,down=30", 60, 1.5, 0.1, 0.5, 0.1 + (0.4 * 21 / 30))]
    [TestCase("one_cycle:max=0.5,iterations=40,final_div_factor=1", 20, 0.5, 0.02, 0.5, null)]
    [TestCase("one_cycle:max=0.5,iterations=40,final_div_factor=1", 60, 1, 0.02, 0.5, 0.02)]
    [TestCase("cosine_restarts:base=0,max=0.5,period=10,mult=2", 70, 3, null, 0.5, null)]
    [TestCase("cosine_restarts:base=0,max=0.5,period=10,mult=2", 50, 2.5, null, 0.5, 0.5 * 0.525)]
    [TestCase("fixed:rate=0.5", 7, null, 0.5, 0.5, 0.5)]
    [TestCase("step:base=0.5,gamma=0.1,interval=10", 21, null, 0.005, 0.5, 0.005)]
    public void A_stage_has_its_cycles_and_rates(string policy, long iterations, double? cycles, double? lowest, double? highest, double? last)
    {
        var stage = new PolicyPlan(PolicyText.Parse(policy), iterations).Stages.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((stage.Start, stage.End), Is.EqualTo((0, iterations)));
            Assert.That(stage.Cycles, cycles is null ? Is.Null : Is.EqualTo(cycles).Within(1e-12));
            if (lowest is not null)
                Assert.That(stage.Rates.Lowest, Is.EqualTo(lowest).Within(1e-12));
            if (highest is not null)
                Assert.That(stage.Rates.Highest, Is.EqualTo(highest).Within(1e-12));
            if (last is not null)
                Assert.That(stage.LastRate, Is.EqualTo(last).Within(0.02));
        }
    }

    [Test]
    public void Stages_end_where_the_next_one_starts_and_the_run_does()
    {
        var policy = PolicyText.Parse("warmup:base=0,max=0.1,step=5/triangular:base=0.1,max=0.2,step=10@5/fixed:rate=0.3@45");
        Assert.That(Ends(60), Is.EqualTo((string[])["warmup 0 5", "triangular 5 45", "fixed 45 60"]));
        Assert.That(Ends(30), Is.EqualTo((string[])["warmup 0 5", "triangular 5 30"]));
        Assert.That(Ends(5), Is.EqualTo((string[])["warmup 0 5"]));
        Assert.That(new PolicyPlan(policy, 45).Stages[1].Cycles, Is.EqualTo(2));
        Assert.That(new PolicyPlan(policy, 60).LastRate, Is.EqualTo(0.3));

        IEnumerable<string> Ends(long iterations) => new PolicyPlan(policy, iterations).Stages.Select(stage => $"{stage.Policy.Name} {stage.Start} {stage.End}");
    }

    [TestCase("triangular:base=0.1,max=0.5,step=10", 40, true)]
    [TestCase("triangular:base=0.1,max=0.5,step=10", 39, false)]
    [TestCase("one_cycle:max=0.5,iterations=40", 41, false)]
    [TestCase("fixed:rate=0.5", 40, null)]
    [TestCase("warmup:base=0,max=0.1,step=5/triangular:base=0.1,max=0.2,step=10@5", 5, null)]
    public void It_knows_whether_the_run_ends_with_a_cycle(string policy, long iterations, bool? ends)
    {
        var plan = new PolicyPlan(PolicyText.Parse(policy), iterations);
        Assert.That(plan.EndsWithCycle, Is.EqualTo(ends));
        Assert.That(plan.CycleWarning is null, Is.EqualTo(ends ?? true));
    }

    [TestCase("triangular:base=0.1,max=0.5,step=10", 60)]
    [TestCase("hann:base=0.1,max=0.5,step=10,down=5", 45)]
    [TestCase("one_cycle:max=0.5,iterations=40", 40)]
    [TestCase("poly:base=0.01,power=0.5,iterations=50", 50)]
    [TestCase("cosine_restarts:base=0,max=0.5,period=10,mult=2", 70)]
    [TestCase("step:base=0.5,gamma=0.1,interval=10", 40)]
    [TestCase("multistep:base=0.5,gamma=0.1,at=60+65", 125)]
    [TestCase("fixed:rate=0.5", 10_000)]
    [TestCase("fixed:rate=0.5/triangular:base=0.1,max=0.5,step=10@7", 67)]
    [TestCase("triangular:base=0.1,max=0.5,step=4611686018427387903", TrainingOptions.MaxIterations)]
    [TestCase("cosine_restarts:base=0,max=0.5,period=9223372036854775807,mult=9223372036854775807", TrainingOptions.MaxIterations)]
    public void Without_a_number_of_iterations_it_takes_as_many_as_show_the_policy(string policy, long iterations)
    {
        var plan = PolicyPlan.Of(PolicyText.Parse(policy));
        Assert.That(plan.Iterations, Is.EqualTo(iterations));
        if (iterations < TrainingOptions.MaxIterations)
            Assert.That(plan.CycleWarning, Is.Null);
    }

    [Test]
    public void Points_are_evenly_spaced_and_not_more_than_asked_for()
    {
        var plan = new PolicyPlan(PolicyText.Parse("triangular:base=0,max=10,step=10"), 21);
        Assert.That(plan.Points(100).Select(point => point.Rate), Is.EqualTo((double[])[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]));
        Assert.That(plan.Points(5), Is.EqualTo(new[] { (0L, 0.0), (5, 5), (10, 10), (15, 5), (20, 0) }));
    }

    [Test]
    public void A_cycle_beyond_all_numbers_ends_at_the_largest()
    {
        var plan = new PolicyPlan(PolicyText.Parse("cosine_restarts:base=0,max=0.5,period=10,mult=9223372036854775807"), 20);
        Assert.That(plan.Policy.CycleAt(10)!.Value.End, Is.EqualTo(long.MaxValue));
        Assert.That(plan.CycleWarning, Does.Contain("stop inside a cycle"));
        Assert.That(plan.Stages.Single().Cycles, Is.EqualTo(1).Within(1e-12));
    }

    [TestCase(0L, "at least 1")]
    [TestCase(-3L, "at least 1")]
    [TestCase(TrainingOptions.MaxIterations + 1, "at most 1000000000")]
    public void A_run_of_no_iterations_or_of_too_many_is_refused(long iterations, string part) =>
        Assert.That(() => new PolicyPlan(new FixedPolicy(0.1), iterations).ThrowIfInvalid(), Throws.TypeOf<TrainingException>().With.Message.Contains(part));
}
