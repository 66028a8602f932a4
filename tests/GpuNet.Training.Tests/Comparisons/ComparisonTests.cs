using System.Collections.Immutable;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
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
        var result = new Comparison(Recipe, [new(new FixedPolicy(0.001)), new(new TriangularPolicy(0.001, 0.003, 4)), new(new FixedPolicy(0.001))])
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
        var result = new Comparison(Recipe with { Training = Recipe.Training with { Iterations = 100 } }, [new(new FixedPolicy(1e6)), new(new FixedPolicy(0.001))])
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
        var result = new Comparison(Recipe, [new(new FixedPolicy(0.001)), new(new FixedPolicy(0.002)), new(new FixedPolicy(0.003))])
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
        var comparison = new Comparison(Recipe, [new(new FixedPolicy(0.1)), new(new TriangularPolicy(0.1, 0.2, 4)), new(new TriangularPolicy(0.1, 0.2, 3))]);
        Assert.That(comparison.CycleWarnings, Is.EqualTo((string[])["triangular: 8 iterations stop inside a cycle of 6; accuracy is best at a cycle's end, such as 6 or 12."]));
    }

    [Test]
    public void Every_seed_has_weights_and_batches_of_its_own_which_all_variants_share()
    {
        var observers = new List<RecordingObserver>();
        var comparison = new Comparison(Recipe, Two, seeds: 2);
        var result = comparison.Run(Session, Tiny.Data(), Observe);
        Assert.That(comparison.Steps.Select(step => step.Title), Is.EqualTo((string[])["fixed, seed 5", "triangular, seed 5", "fixed, seed 6", "triangular, seed 6"]));
        Assert.That(comparison.Steps.Select(step => step.Folder), Is.EqualTo((string[])["fixed/seed-5", "triangular/seed-5", "fixed/seed-6", "triangular/seed-6"]));
        Assert.That(result.Seeds, Is.EqualTo((ulong[])[5, 6]));
        Assert.That(observers[1].Evaluations[0], Is.EqualTo(observers[0].Evaluations[0]));
        Assert.That(observers[3].Evaluations[0], Is.EqualTo(observers[2].Evaluations[0]));
        Assert.That(observers[2].Evaluations[0], Is.Not.EqualTo(observers[0].Evaluations[0]));

        // A seed of several is that seed alone.
        observers.Clear();
        new Comparison(Recipe with { Training = Recipe.Training with { Seed = 6 } }, Two).Run(Session, Tiny.Data(), Observe);
        Assert.That(observers.SelectMany(observer => observer.Evaluations), Is.EqualTo(result.Runs[2..].SelectMany(run => run.Result.Evaluations)));

        ITrainingObserver Observe(ComparisonStep step)
        {
            observers.Add(new RecordingObserver());
            return observers[^1];
        }
    }

    [Test]
    public void Runs_that_are_finished_are_not_repeated()
    {
        var comparison = new Comparison(Recipe, Two, seeds: 2);
        var whole = comparison.Run(Session, Tiny.Data());
        var begun = new List<int>();
        var finished = new[] { 0, 1, 3 }.ToDictionary(i => i, i => whole.Runs[i].Result);
        var resumed = comparison.Run(Session, Tiny.Data(), step => Begun(step, begun), finished: finished);
        Assert.That(begun, Is.EqualTo((int[])[2]));
        Assert.That(resumed.Runs.Select(run => run.Title), Is.EqualTo(whole.Runs.Select(run => run.Title)));
        Assert.That(resumed.Runs.SelectMany(run => run.Result.Evaluations), Is.EqualTo(whole.Runs.SelectMany(run => run.Result.Evaluations)));
    }

    [Test]
    public void A_variant_may_have_a_number_of_iterations_of_its_own()
    {
        var result = new Comparison(Recipe, [new(new FixedPolicy(0.001)), new(new TriangularPolicy(0.001, 0.003, 2)) { Iterations = 4 }]).Run(Session, Tiny.Data());
        Assert.That(result.Runs.Select(run => run.Result.Iterations), Is.EqualTo((long[])[8, 4]));
        Assert.That(result.Checkpoints, Is.EqualTo((long[])[0, 4, 8]));
        Assert.That(result.Variants[1].AccuracyAt(8), Is.Null);
    }

    [Test]
    public void A_variant_may_have_an_optimizer_of_its_own()
    {
        var sgd = new OptimizerOptions(OptimizerKind.Sgd, 0.5);
        var comparison = new Comparison(Recipe, [new(new FixedPolicy(0.001)), new(new FixedPolicy(0.001)) { Optimizer = sgd }, new(new FixedPolicy(0.002)) { Optimizer = sgd }]);
        Assert.That(comparison.Steps.Select(step => step.Name), Is.EqualTo((string[])["fixed", "sgd-fixed", "sgd-fixed-2"]));
        Assert.That(comparison.Steps.Select(step => step.Options.Optimizer.Momentum), Is.EqualTo((double[])[0.9, 0.5, 0.5]));
        var runs = comparison.Run(Session, Tiny.Data()).Runs;
        Assert.That(runs[1].Result.Evaluations[0], Is.EqualTo(runs[0].Result.Evaluations[0]));
        Assert.That(runs[1].Result.Last, Is.Not.EqualTo(runs[0].Result.Last));
    }

    [Test]
    public void Variants_are_measured_against_the_references_run_of_the_same_seed()
    {
        var result = new ComparisonResult(Recipe,
        [
            Run(1, "fixed", new FixedPolicy(0.1), 0.2, 0.6, 0.5), Run(1, "triangular", new TriangularPolicy(0.1, 0.2, 5), 0.3, 0.6, 0.7),
            Run(2, "fixed", new FixedPolicy(0.1), 0.3, 0.7, 0.7), Run(2, "triangular", new TriangularPolicy(0.1, 0.2, 5), 0.3, 0.5, 0.6),
            Run(3, "fixed", new FixedPolicy(0.1), 0.1, 0.3, 0.4), Run(3, "triangular", new TriangularPolicy(0.1, 0.2, 5), 0.5, 0.5, 0.5),
        ]);
        var (reference, other) = (result.Variants[0], result.Variants[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Reference, Is.SameAs(reference));
            Assert.That(result.Runs.Select(result.IterationsToReference), Is.EqualTo((long?[])[10, 10, 10, null, 20, 0]));
            Assert.That(reference.Reached, Is.EqualTo(new ReferenceReached(Spread.Of([10, 10, 20]), 3, 3)));
            Assert.That(other.Reached, Is.EqualTo(new ReferenceReached(Spread.Of([10, 0]), 2, 3)));
            Assert.That(reference.Difference, Is.Null);
            Assert.That(other.Difference, Is.EqualTo(PairedTest.Of([0.7 - 0.5, 0.6 - 0.7, 0.5 - 0.4])));
            Assert.That(other.CorrectedPValue, Is.EqualTo(other.Difference?.PValue));
            Assert.That(other.LastAccuracy, Is.EqualTo(Spread.Of([0.7, 0.6, 0.5])));
            Assert.That(other.BestAccuracy, Is.EqualTo(Spread.Of([0.7, 0.6, 0.5])));
            Assert.That(other.AccuracyAt(10), Is.EqualTo(Spread.Of([0.6, 0.5, 0.5])));
            Assert.That(result.ReferenceAccuracy, Is.EqualTo((0.6 + 0.7 + 0.4) / 3).Within(1e-12));
        }
    }

    [Test]
    public void A_seed_in_which_a_run_diverged_is_left_out_of_means_and_pairs()
    {
        var result = new ComparisonResult(Recipe,
        [
            Run(1, "fixed", new FixedPolicy(0.1), 0.5), Diverged(1, "step", new StepPolicy(0.1, 0.5, 5), 0.9),
            Run(2, "fixed", new FixedPolicy(0.1), 0.6), Run(2, "step", new StepPolicy(0.1, 0.5, 5), 0.8),
            Diverged(3, "fixed", new FixedPolicy(0.1), 0.1), Run(3, "step", new StepPolicy(0.1, 0.5, 5), 0.7),
            Run(4, "fixed", new FixedPolicy(0.1), 0.6), Run(4, "step", new StepPolicy(0.1, 0.5, 5), 0.65),
        ]);
        var (reference, other) = (result.Variants[0], result.Variants[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(other.Title, Is.EqualTo("step (1 of 4 diverged)"));
            Assert.That(other.LastAccuracy, Is.EqualTo(Spread.Of([0.8, 0.7, 0.65])));
            Assert.That(other.Difference?.Difference.Count, Is.EqualTo(2));
            Assert.That(other.Difference?.Difference.Mean, Is.EqualTo(0.125).Within(1e-12));
            Assert.That(other.Reached, Is.EqualTo(new ReferenceReached(Spread.Of([0, 0, 0]), 3, 3)), "it was there before it diverged");
            Assert.That(reference.Reached?.Seeds, Is.EqualTo(3));
        }
    }

    // AlexNet has dropout, whose masks are the network's, not the run's.
    [Test]
    public void The_second_seed_drops_out_what_it_does_alone()
    {
        var image = new Shape(1, 3, 67, 67);
        var images = new ImageArray("noise", image, [.. Enumerable.Range(0, 2 * image.ImageSize).Select(i => (byte)(i * 37 % 251))], [0, 1], ["a", "b"]);
        var data = new ImageDataset("noise", images, images);
        var recipe = new Recipe("test", "alexnet", 2, 2, Tiny.Options(1));
        List<double> together = [], alone = [];
        new Comparison(recipe, [new(new FixedPolicy(0.001))], seeds: 2).Run(Session, data, _ => new RecordingObserver { WhenIteration = record => together.Add(record.Loss) });
        new Comparison(recipe with { Training = recipe.Training with { Seed = 6 } }, [new(new FixedPolicy(0.001))]).Run(Session, data, _ => new RecordingObserver { WhenIteration = record => alone.Add(record.Loss) });
        Assert.That(together[1..], Is.EqualTo(alone));
        Assert.That(together[..1], Is.Not.EqualTo(alone));
    }

    [Test]
    public void A_comparison_of_nothing_is_refused()
    {
        Assert.That(() => new Comparison(Recipe, []), Throws.TypeOf<TrainingException>());
    }

    [TestCase(0, 1UL)]
    [TestCase(101, 1UL)]
    [TestCase(2, ulong.MaxValue)]
    public void Seeds_that_are_none_too_many_or_too_large_are_refused(int seeds, ulong first)
    {
        var recipe = Recipe with { Training = Recipe.Training with { Seed = first } };
        Assert.That(() => new Comparison(recipe, Two, seeds), Throws.TypeOf<TrainingException>().With.Message.Contains("--seed"));
    }

    private static Variant[] Two => [new(new FixedPolicy(0.001)), new(new TriangularPolicy(0.001, 0.003, 4))];

    private static RecordingObserver Begun(ComparisonStep step, List<int> begun)
    {
        begun.Add(step.Index);
        return new();
    }

    private static void CancelIn(ComparisonStep step, CancellationTokenSource source)
    {
        if (step.Index == 1)
            source.Cancel();
    }

    private static IEnumerable<double> Losses(RecordingObserver observer) => observer.Iterations.Select(record => record.Loss);

    private static RunRecord Run(string name, LearningRatePolicy policy, params double[] accuracies) => Run(Recipe.Training.Seed, name, policy, accuracies);

    private static RunRecord Diverged(ulong seed, string name, LearningRatePolicy policy, params double[] accuracies)
    {
        var run = Run(seed, name, policy, accuracies);
        return run with { Result = run.Result with { Outcome = RunOutcome.Diverged, Divergence = new(15, 14, 0.1, double.NaN) } };
    }

    private static RunRecord Run(ulong seed, string name, LearningRatePolicy policy, params double[] accuracies) => new(
        name,
        Recipe.Training with { Policy = policy, Seed = seed },
        new(RunOutcome.Completed, 20, [.. accuracies.Select((accuracy, i) => new EvaluationRecord(10 * i, 1, accuracy, 1))], ImmutableArray<LossPoint>.Empty, TimeSpan.FromSeconds(1), 1));
}
