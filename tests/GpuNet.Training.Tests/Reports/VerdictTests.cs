using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Training.Tests.Reports;

/// <summary>The verdict says no more than was measured.</summary>
public sealed class VerdictTests
{
    private static readonly Recipe Recipe = Cifar10QuickRecipe.Recipe;

    [Test]
    public void Nothing_was_run() => Assert.That(Verdict.Of(new(Recipe, [])), Is.EqualTo((string[])["No run was made."]));

    [Test]
    public void One_run_alone_is_no_comparison() => Assert.That(Of(Run("fixed", 1, 0.5, 0.75)), Is.EqualTo("fixed ended at 75.00 %; there is no other run to compare it with."));

    [Test]
    public void One_seed_is_told_to_be_one() => Assert.That(Of(Run("fixed", 1, 0.8, 0.75), Run("triangular", 1, 0.85, 0.8)), Is.EqualTo(
        "triangular ended highest, at 80.00 %, 5.00 percentage points above fixed, which ended at 75.00 %. "
        + "No other run reached fixed's best accuracy (80.00 %) sooner than fixed itself, which took 100 iterations; the next was triangular, after 100 iterations. "
        + "This is one seed, one throw of the dice: a difference may be chance. Several seeds (--seeds 5) tell how much of it is."));

    [Test]
    public void A_reference_that_ends_highest_is_said_to() => Assert.That(Of(Run("fixed", 1, 0.8, 0.75), Run("triangular", 1, 0.5, 0.7), Run("step", 1, 0.5, 0.6)), Does.StartWith(
        "fixed ended at 75.00 %, and no other run higher; the next, triangular, at 70.00 %. No other run reached fixed's best accuracy (80.00 %)."));

    [Test]
    public void What_got_there_sooner_is_said_to_have()
    {
        Assert.That(Of(Run("fixed", 1, 0.6, 0.7), Run("triangular", 1, 0.7, 0.6)), Does.Contain("triangular reached fixed's best accuracy (70.00 %) soonest, after 100 iterations; fixed itself took 200."));
        Assert.That(
            Of(Run("fixed", 1, 0.6, 0.7), Run("triangular", 1, 0.7, 0.6), Run("step", 1, 0.7, 0.6), Run("fixed", 2, 0.6, 0.7), Run("triangular", 2, 0.6, 0.6), Run("step", 2, 0.6, 0.7)),
            Does.Contain("step reached fixed's best accuracy of the same seed soonest, after 150 ± 71 iterations with 2 of 2 seeds; fixed itself took 200 ± 0."));
    }

    [Test]
    public void A_difference_beyond_chance_is_told_with_its_interval()
    {
        string verdict = Of([.. Seeds("fixed", 0.70, 0.71, 0.72, 0.70, 0.71), .. Seeds("triangular", 0.75, 0.765, 0.77, 0.745, 0.76)]);
        Assert.That(verdict, Does.StartWith("Over 5 seeds triangular ended 5.00 percentage points above fixed on average (95 % interval +4.56 to +5.44, p < 0.001), which chance hardly explains."));
        Assert.That(verdict, Does.Contain("sooner than fixed itself, which took 100 ± 0 iterations; the next was triangular, after 100 ± 0 iterations with 5 of 5 seeds."));
        Assert.That(verdict, Does.Not.Contain("throw of the dice").And.Not.Contain("cannot be told"));
    }

    [Test]
    public void A_difference_that_may_be_chance_is_not_told_as_one()
    {
        string verdict = Of([.. Seeds("fixed", 0.70, 0.71, 0.72), .. Seeds("triangular", 0.74, 0.70, 0.73), .. Seeds("step", 0.69, 0.72, 0.71)]);
        Assert.That(verdict, Does.StartWith("At the end triangular (+1.33 points, p = 0.911) and step (−0.33 points, p = 0.911) cannot be told from fixed: such differences come about by chance too."));
        Assert.That(verdict, Does.Contain("With 3 seeds only differences show that are large against their spread").And.Contain("corrected for 2 comparisons (Holm)"));
    }

    [Test]
    public void A_worse_run_is_said_to_be_below() => Assert.That(
        Of([.. Seeds("fixed", 0.75, 0.765, 0.77), .. Seeds("triangular", 0.70, 0.71, 0.72)]), Does.StartWith("Over 3 seeds triangular ended 5.17 percentage points below fixed on average"));

    [Test]
    public void Equal_differences_are_no_proof() => Assert.That(
        Of([.. Seeds("fixed", 0.70, 0.71), .. Seeds("triangular", 0.72, 0.73)]), Does.StartWith("triangular differed from fixed by +2.00 percentage points with every seed, so there is no spread to test that against."));

    [Test]
    public void What_diverged_is_said_to()
    {
        Assert.That(Of(Run("fixed", 1, 0.8, 0.75), Diverged("triangular", 1)), Does.StartWith("triangular diverged."));
        Assert.That(Of(Run("fixed", 1, 0.8, 0.75), Diverged("triangular", 1), Run("fixed", 2, 0.8, 0.75), Run("triangular", 2, 0.8, 0.8)), Does.StartWith("triangular diverged with 1 of 2 seeds."));
        Assert.That(Of(Diverged("fixed", 1), Run("triangular", 1, 0.8, 0.8)), Does.StartWith("fixed diverged. fixed, which the others are measured against, did not come to its end"));
    }

    [Test]
    public void A_comparison_that_was_cut_short_is_said_to_be()
    {
        var cancelled = Run("triangular", 1, 0.8, 0.8);
        Assert.That(Of(Run("fixed", 1, 0.8, 0.75), cancelled with { Result = cancelled.Result with { Outcome = RunOutcome.Cancelled } }), Does.StartWith("The comparison was cancelled before all runs were made."));
    }

    private static string Of(params RunRecord[] runs) => string.Join(' ', Verdict.Of(new(Recipe, [.. runs])));

    private static IEnumerable<RunRecord> Seeds(string name, params double[] accuracies) => accuracies.Select((accuracy, i) => Run(name, (ulong)i + 1, accuracy, accuracy));

    private static RunRecord Diverged(string name, ulong seed)
    {
        var run = Run(name, seed, 0.1);
        return run with { Result = run.Result with { Outcome = RunOutcome.Diverged, Divergence = new(100, 99, 0.1, double.NaN) } };
    }

    private static RunRecord Run(string name, ulong seed, params double[] accuracies) => new(
        name,
        Recipe.Training with { Policy = name == "fixed" ? new FixedPolicy(0.001) : new TriangularPolicy(0.001, 0.002, 100), Seed = seed },
        new(RunOutcome.Completed, 100 * accuracies.Length, [.. accuracies.Select((accuracy, i) => new EvaluationRecord(100 * (i + 1), 1, accuracy, 1))], [], TimeSpan.FromSeconds(1), 1));
}
