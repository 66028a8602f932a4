using System.Collections.Immutable;
using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Tests.Comparisons;

public sealed class ComparisonTests
{
    private static readonly Recipe Recipe = new("test", "cifar10_quick", 20, 60, Tiny.Options(8) with { TestInterval = 4, TestAtStart = true });

    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void All_runs_start_from_the_same_weights_with_the_same_batches()
    {
        var observers = new List<RecordingObserver>();
        var result = new Comparison(Recipe, [new FixedPolicy(0.001), new TriangularPolicy(0.001, 0.003, 4), new FixedPolicy(0.001)])
            .Run(Session, Tiny.Data(), Observe);
        Assert.That(result.Runs.Select(run => run.Name), Is.EqualTo((string[])["fixed", "triangular", "fixed-2"]));
        Assert.That(observers[1].Evaluations[0], Is.EqualTo(observers[0].Evaluations[0]));
        Assert.That(observers[1].Iterations[0].Loss, Is.EqualTo(observers[0].Iterations[0].Loss));
        Assert.That(Losses(observers[2]), Is.EqualTo(Losses(observers[0])));
        Assert.That(Losses(observers[1]), Is.Not.EqualTo(Losses(observers[0])));

        ITrainingObserver Observe(ComparisonStep step)
        {
            Assert.That((step.Index, step.Count), Is.EqualTo((observers.Count, 3)));
            observers.Add(new RecordingObserver());
            return observers[^1];
        }
    }

    [Test]
    public void A_run_that_diverges_is_recorded_and_the_others_go_on()
    {
        var result = new Comparison(Recipe with { Training = Recipe.Training with { Iterations = 100 } }, [new FixedPolicy(1e6), new FixedPolicy(0.001)])
            .Run(Session, Tiny.Data());
        Assert.That(result.Runs.Select(run => run.Result.Outcome), Is.EqualTo((RunOutcome[])[RunOutcome.Diverged, RunOutcome.Completed]));
        Assert.That(result.Runs[0].Result.Divergence?.Rate, Is.EqualTo(1e6));
        Assert.That(result.Runs[1].Result.Last?.Iteration, Is.EqualTo(100));
        Assert.That(result.ReferenceAccuracy, Is.Null);
        Assert.That(result.IterationsToReference(result.Runs[1]), Is.Null);
    }

    [Test]
    public void Cancelling_leaves_out_the_runs_to_come()
    {
        using var source = new CancellationTokenSource();
        var result = new Comparison(Recipe, [new FixedPolicy(0.001), new FixedPolicy(0.002), new FixedPolicy(0.003)])
            .Run(Session, Tiny.Data(), step => new RecordingObserver { WhenIteration = _ => CancelIn(step, source) }, cancellation: source.Token);
        Assert.That(result.Runs.Select(run => run.Result.Outcome), Is.EqualTo((RunOutcome[])[RunOutcome.Completed, RunOutcome.Cancelled]));
    }

    [Test]
    public void The_reference_is_the_first_fixed_run_and_its_best_accuracy_the_one_to_reach()
    {
        var result = new ComparisonResult(Recipe,
        [
            Run("triangular", new TriangularPolicy(0.1, 0.2, 5), 0.3, 0.5, 0.8),
            Run("fixed", new FixedPolicy(0.1), 0.2, 0.6, 0.5),
            Run("fixed-2", new FixedPolicy(0.2), 0.1, 0.2, 0.3),
        ]);
        Assert.That(result.Reference?.Name, Is.EqualTo("fixed"));
        Assert.That(result.ReferenceAccuracy, Is.EqualTo(0.6));
        Assert.That(result.Runs.Select(result.IterationsToReference), Is.EqualTo((long?[])[20, 10, null]));
        Assert.That(result.Checkpoints, Is.EqualTo((long[])[0, 10, 20]));
        Assert.That(result.Runs[1].Result.AccuracyAt(20), Is.EqualTo(0.5));
        Assert.That(result.Runs[1].Result.AccuracyAt(15), Is.Null);
    }

    [Test]
    public void Without_a_fixed_run_the_first_is_the_reference()
    {
        var result = new ComparisonResult(Recipe, [Run("triangular", new TriangularPolicy(0.1, 0.2, 5), 0.3, 0.4), Run("exp", new ExponentialPolicy(0.1, 0.9), 0.4, 0.5)]);
        Assert.That(result.Reference?.Name, Is.EqualTo("triangular"));
        Assert.That(result.IterationsToReference(result.Runs[1]), Is.EqualTo(0));
    }

    [Test]
    public void A_run_that_stops_inside_a_cycle_is_warned_about()
    {
        var comparison = new Comparison(Recipe, [new FixedPolicy(0.1), new TriangularPolicy(0.1, 0.2, 4), new TriangularPolicy(0.1, 0.2, 3)]);
        Assert.That(comparison.CycleWarnings, Is.EqualTo((string[])["triangular: 8 iterations stop inside a cycle of 6; accuracy is best at a cycle's end, such as 6 or 12."]));
    }

    [Test]
    public void A_comparison_of_nothing_is_refused()
    {
        Assert.That(() => new Comparison(Recipe, []), Throws.TypeOf<TrainingException>());
    }

    private static void CancelIn(ComparisonStep step, CancellationTokenSource source)
    {
        if (step.Index == 1)
            source.Cancel();
    }

    private static IEnumerable<double> Losses(RecordingObserver observer) => observer.Iterations.Select(record => record.Loss);

    private static RunRecord Run(string name, LearningRatePolicy policy, params double[] accuracies) => new(
        name,
        Recipe.Training with { Policy = policy },
        new(RunOutcome.Completed, 20, [.. accuracies.Select((accuracy, i) => new EvaluationRecord(10 * i, 1, accuracy, 1))], ImmutableArray<LossPoint>.Empty, TimeSpan.FromSeconds(1), 1));
}
