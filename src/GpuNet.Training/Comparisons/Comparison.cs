using System.Collections.Immutable;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Comparisons;

/// <summary>
/// Trains one model once for each variant, a policy and perhaps an optimizer of its own, and each seed, one run after another. The runs of a seed start from the same initial weights and have the same batch
/// order, so that the variant is all that differs; they follow one another, so that a comparison which is cut short has whole seeds. A run that diverges is
/// recorded and the others go on.
/// </summary>
public sealed class Comparison
{
    /// <summary>The most seeds of a comparison.</summary>
    public const int MaxSeeds = 100;

    /// <summary>Checks the settings and names the runs.</summary>
    /// <param name="recipe">Model, batch and settings of every run, and the first seed; its own policy is not used.</param>
    /// <param name="variants">What differs, a run a seed each, in this order.</param>
    /// <param name="seeds">How many seeds: the recipe's, and the ones after it.</param>
    /// <exception cref="TrainingException">No variant is given, or a setting is out of its range.</exception>
    public Comparison(Recipe recipe, IReadOnlyList<Variant> variants, int seeds = 1)
    {
        if (variants.Count == 0)
            throw new TrainingException("a comparison has no learning-rate policy; give at least one.");
        if (seeds is < 1 or > MaxSeeds)
            throw new TrainingException($"the number of seeds (--seeds) is {seeds}; a comparison has from 1 to {MaxSeeds}.");
        if (recipe.Training.Seed > ulong.MaxValue - (ulong)(seeds - 1))
            throw new TrainingException($"{seeds} seeds from {recipe.Training.Seed} on pass the largest seed, {ulong.MaxValue}. Choose a smaller --seed.");
        Recipe = recipe;
        string[] names = NamesOf(variants);
        // Beside one whose momentum moves against its rate, a run without cycles has a constant one.
        bool anyCycles = variants.Any(variant => variant.Policy.IsCyclical);
        TrainingOptions[] options =
        [
            .. variants.Select(variant => recipe.Training with
            {
                Policy = variant.Policy,
                Optimizer = variant.Optimizer ?? recipe.Training.Optimizer,
                Iterations = variant.Iterations ?? recipe.Training.Iterations,
                MomentumRange = variant.Policy.IsCyclical || !anyCycles ? recipe.Training.MomentumRange : null,
            }),
        ];
        foreach (var training in options)
            (recipe with { Training = training }).ThrowIfInvalid();
        Steps =
        [
            .. from seed in Enumerable.Range(0, seeds)
               from i in Enumerable.Range(0, options.Length)
               select new ComparisonStep((seed * options.Length) + i, seeds * options.Length, names[i], options[i] with { Seed = recipe.Training.Seed + (ulong)seed }) { HasSeeds = seeds > 1 },
        ];
        Seeds = seeds;
    }

    /// <summary>What all runs share; its own policy is not used.</summary>
    public Recipe Recipe { get; }

    /// <summary>How many seeds each variant is run with.</summary>
    public int Seeds { get; }

    /// <summary>The runs to come, in order: all variants with the first seed, then all with the next.</summary>
    public ImmutableArray<ComparisonStep> Steps { get; }

    /// <summary>The first run of each variant.</summary>
    public IEnumerable<ComparisonStep> Variants => Steps.Take(Steps.Length / Seeds);

    /// <summary>
    /// One line for each variant that stops off the end of a cycle, where accuracy is lower than at the end (arXiv 1506.01186 §3.2), with the
    /// iterations to choose instead.
    /// </summary>
    public IReadOnlyList<string> CycleWarnings =>
        [.. Variants.Select(step => step.Options.Plan.CycleWarning).OfType<string>()];

    /// <summary>Runs them all, but those that are finished.</summary>
    /// <param name="session">The device.</param>
    /// <param name="data">The images.</param>
    /// <param name="observe">Gives the observer of each run as it begins, or null.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <param name="finished">What runs came to that were made earlier, by <see cref="ComparisonStep.Index"/>; null if there are none.</param>
    /// <param name="cancellation">Ends the present run between two iterations; the ones after it are left out.</param>
    /// <returns>The runs made, now or earlier, in order.</returns>
    /// <exception cref="TrainingException">The batch is larger than the training set.</exception>
    /// <exception cref="GpuNet.Kernels.Tensors.ShapeException">The images are too small for the model.</exception>
    /// <exception cref="NetworkException">The set has fewer than 2 classes.</exception>
    /// <exception cref="DeviceException">The device has too little memory, or fails.</exception>
    public ComparisonResult Run(
        DeviceSession session,
        ImageDataset data,
        Func<ComparisonStep, ITrainingObserver?>? observe = null,
        CompileOptions? options = null,
        IReadOnlyDictionary<int, TrainingResult>? finished = null,
        CancellationToken cancellation = default)
    {
        finished ??= ImmutableDictionary<int, TrainingResult>.Empty;
        var runs = ImmutableArray.CreateBuilder<RunRecord>();
        foreach (var seed in Steps.GroupBy(step => step.Options.Seed))
        {
            // Dropout draws from the seed that the network is compiled with.
            using var network = seed.All(step => finished.ContainsKey(step.Index)) ? null
                : (Recipe with { Training = Recipe.Training with { Seed = seed.Key } }).Compile(session, data, options);
            foreach (var step in seed)
            {
                var result = finished.GetValueOrDefault(step.Index) ?? Train(network!, data, step, observe?.Invoke(step), cancellation);
                runs.Add(new(step.Name, step.Options, result) { Title = step.Title });
                if (result.Outcome == RunOutcome.Cancelled)
                    return new(Recipe, runs.ToImmutable());
            }
        }

        return new(Recipe, runs.ToImmutable());
    }

    private static TrainingResult Train(Network network, ImageDataset data, ComparisonStep step, ITrainingObserver? observer, CancellationToken cancellation)
    {
        network.Initialize(step.Options.Seed);
        using var trainer = new Trainer(network, data, step.Options);
        return trainer.Run(observer, cancellation);
    }

    private static string[] NamesOf(IReadOnlyList<Variant> variants)
    {
        var names = new string[variants.Count];
        for (int i = 0; i < names.Length; i++)
        {
            int same = variants.Take(i + 1).Count(variant => variant.Name == variants[i].Name);
            names[i] = same == 1 ? variants[i].Name : $"{variants[i].Name}-{same}";
        }

        return names;
    }
}
