using System.Collections.Immutable;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Comparisons;

/// <summary>
/// Trains one model once for each of several learning-rate policies, one after another, from the same initial weights and with the same
/// batch order, so that the policy is all that differs. A run that diverges is recorded and the others go on.
/// </summary>
public sealed class Comparison
{
    /// <summary>Checks the settings and names the runs.</summary>
    /// <param name="recipe">Model, batch and settings of every run; its own policy is not used.</param>
    /// <param name="policies">One run each, in this order.</param>
    /// <exception cref="TrainingException">No policy is given, or a setting is out of its range.</exception>
    public Comparison(Recipe recipe, IReadOnlyList<LearningRatePolicy> policies)
    {
        if (policies.Count == 0)
            throw new TrainingException("a comparison has no learning-rate policy; give at least one.");
        Recipe = recipe;
        string[] names = NamesOf(policies);
        // Beside one whose momentum moves against its rate, a run without cycles has a constant one.
        bool anyCycles = policies.Any(policy => policy.IsCyclical);
        Steps =
        [
            .. policies.Select((policy, i) => new ComparisonStep(
                i, policies.Count, names[i], recipe.Training with { Policy = policy, MomentumRange = policy.IsCyclical || !anyCycles ? recipe.Training.MomentumRange : null })),
        ];
        foreach (var step in Steps)
            (recipe with { Training = step.Options }).ThrowIfInvalid();
    }

    /// <summary>What all runs share; its own policy is not used.</summary>
    public Recipe Recipe { get; }

    /// <summary>The runs to come, in order.</summary>
    public ImmutableArray<ComparisonStep> Steps { get; }

    /// <summary>
    /// One line for each run that stops off the end of a cycle, where accuracy is lower than at the end (arXiv 1506.01186 §3.2), with the
    /// iterations to choose instead.
    /// </summary>
    public IReadOnlyList<string> CycleWarnings =>
        [.. Steps.Select(step => step.Options.Plan.CycleWarning).OfType<string>()];

    /// <summary>Runs them all.</summary>
    /// <param name="session">The device.</param>
    /// <param name="data">The images.</param>
    /// <param name="observe">Gives the observer of each run as it begins, or null.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <param name="cancellation">Ends the present run between two iterations; the ones after it are left out.</param>
    /// <returns>The runs made, in order.</returns>
    /// <exception cref="TrainingException">The batch is larger than the training set.</exception>
    /// <exception cref="GpuNet.Kernels.Tensors.ShapeException">The images are too small for the model.</exception>
    /// <exception cref="NetworkException">The set has fewer than 2 classes.</exception>
    /// <exception cref="DeviceException">The device has too little memory, or fails.</exception>
    public ComparisonResult Run(
        DeviceSession session, ImageDataset data, Func<ComparisonStep, ITrainingObserver?>? observe = null, CompileOptions? options = null, CancellationToken cancellation = default)
    {
        var runs = ImmutableArray.CreateBuilder<RunRecord>();
        using var network = Recipe.Compile(session, data, options);
        foreach (var step in Steps)
        {
            network.Initialize(step.Options.Seed);
            using var trainer = new Trainer(network, data, step.Options);
            var result = trainer.Run(observe?.Invoke(step), cancellation);
            runs.Add(new(step.Name, step.Options, result));
            if (result.Outcome == RunOutcome.Cancelled)
                break;
        }

        return new(Recipe, runs.ToImmutable());
    }

    private static string[] NamesOf(IReadOnlyList<LearningRatePolicy> policies)
    {
        var names = new string[policies.Count];
        for (int i = 0; i < names.Length; i++)
        {
            int same = policies.Take(i + 1).Count(policy => policy.Name == policies[i].Name);
            names[i] = same == 1 ? policies[i].Name : $"{policies[i].Name}-{same}";
        }

        return names;
    }
}
