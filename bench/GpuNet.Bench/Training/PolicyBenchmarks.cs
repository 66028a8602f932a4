using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using GpuNet.Bench.Suites;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Training;

/// <summary>
/// Fixed against cyclical rates: a run of the embedded comparison with each of its policies, from the same weights, until an evaluation on the test set has the target
/// accuracy. What is timed is that whole run, evaluations included. It runs in the process of the columns, which show what it came to.
/// </summary>
public class PolicyBenchmarks : DeviceBenchmarks
{
    /// <summary>The target: the share of test images that must be right.</summary>
    public const double Target = 0.85;

    private const int TestInterval = 50;

    private static readonly ConcurrentDictionary<(string Policy, string Device), long?> Reached = new();

    private readonly ImageDataset data = EmbeddedFashionMnist.Load();
    private Network network = null!;

    /// <summary>The policies: a fixed rate and three cyclical ones.</summary>
    public static IEnumerable<LearningRatePolicy> Policies => EmbeddedComparisonRecipe.PoliciesFor(EmbeddedComparisonRecipe.Recipe.Training.Iterations);

    /// <summary>The learning rate.</summary>
    [ParamsSource(nameof(Policies))]
    public LearningRatePolicy Policy { get; set; } = null!;

    /// <summary>Iterations after which a run first had the target accuracy.</summary>
    /// <param name="policy">Its policy.</param>
    /// <param name="device">Its device.</param>
    /// <returns>The iterations; null if it never had it, or was not made.</returns>
    public static long? IterationsOf(LearningRatePolicy policy, string device) => Reached.GetValueOrDefault(($"{policy}", device));

    /// <summary>Trains until the target accuracy, or to the end.</summary>
    /// <returns>The iterations made.</returns>
    [Benchmark]
    public long ToTarget()
    {
        var options = EmbeddedComparisonRecipe.Recipe.Training with { Policy = Policy, TestInterval = TestInterval };
        network.Initialize(options.Seed);
        using var trainer = new Trainer(network, data, options);
        using var stop = new CancellationTokenSource();
        var result = trainer.Run(new StopAtTarget(stop), stop.Token);
        Reached[($"{Policy}", Device)] = result.Last is { Accuracy: >= Target } last ? last.Iteration : null;
        return result.Iterations;
    }

    /// <inheritdoc/>
    protected override void Prepare() => network = EmbeddedComparisonRecipe.Recipe.Compile(Session, data);

    /// <inheritdoc/>
    protected override void Free() => network.Dispose();

    private sealed class StopAtTarget(CancellationTokenSource stop) : ITrainingObserver
    {
        public void OnEvaluation(EvaluationRecord record)
        {
            if (record.Accuracy >= Target)
                stop.Cancel();
        }
    }
}
