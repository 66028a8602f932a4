using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Timing;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet compare</c>: trains one model with each of several learning-rate policies or optimizers, over one or several seeds.</summary>
internal sealed class CompareCommand : Command, INotedCommand
{
    // The default recipe's: two within each step of a cycle.
    private const int Checkpoints = 12;
    private const int MaxRuns = 100;

    private readonly CliConsole console;
    private readonly ModelOption model;
    private readonly RecipeOptions recipes;
    private readonly DataOptions data;
    private readonly Option<LearningRatePolicy[]> policies;
    private readonly Option<Variant[]> variants;
    private readonly Option<int?> seeds = OptionFactory.Whole<int>("--seeds", "Times that each run is made, with --seed and the seeds after it; with several, tables have means, standard deviations and a paired test of each difference [default: 1]", $"a whole number from 1 to {Comparison.MaxSeeds}");
    private readonly Option<bool> resume = new(ResumingCommand.Resume) { Description = "Go on with the comparison in --out, begun by the same command: runs that are finished are not repeated" };
    private readonly SolverOptions solver;
    private readonly DeviceOption device;
    private readonly CompilationOptions compilation;
    private readonly OutputOption output;

    public CompareCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation)
        : base("compare", "Train a model with each of several learning-rate policies or optimizers, from the same weights and batches, and compare them")
    {
        this.console = console;
        model = new ModelOption(this, $"the recipe's, or {Default.Model}");
        recipes = new RecipeOptions(this, "Settings to start from, and their learning rate and iterations as a run; of several the first one's settings, and a run for each [default: batch and rates as below]", MaxRuns);
        data = new DataOptions(this, "fashion-mnist-subset, which is embedded");
        policies = OptionFactory.Policies("A run's learning rate; give it once for each run, forms below [default: the recipes', or fixed, triangular, triangular2 and exp_range]", MaxRuns);
        Options.Add(policies);
        variants = OptionFactory.Runs("A run's optimizer and learning rate; give it once for each such run, after those of --policy, which have --optimizer or the recipe's", MaxRuns);
        Options.Add(variants);
        Options.Add(seeds);
        solver = new SolverOptions(this, $"Updates of each run [default: the first recipe's, or {Default.Training.Iterations}]", $"Iterations between evaluations on the test set; 0 evaluates at the end only [default: about a {Checkpoints}th of the iterations, such that every cycle's end is evaluated; the recipe's if --recipe is given without --iterations]");
        device = new DeviceOption(this, open);
        compilation = new CompilationOptions(this);
        output = new OutputOption(this, "compare");
        Options.Add(resume);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Without options: cifar10_quick on the embedded images on the best device, once for each of",
        .. EmbeddedComparisonRecipe.PoliciesFor(Default.Training.Iterations).Select(policy => $"  {policy}"),
        $"with batch {Default.Batch}, momentum {Default.Training.Optimizer.Momentum}, weight decay {Default.Training.WeightDecay} and seed {Default.Training.Seed}.",
        "With --iterations, the default policies' steps are fitted to end at a cycle's end.",
        "",
        "Examples:",
        "  gpunet compare",
        "  gpunet compare --seeds 5",
        "  gpunet compare --policy fixed:rate=0.001 --policy triangular:base=0.001,max=0.006,step=200",
        "  gpunet compare --run sgd/fixed:rate=0.001 --run sgd:momentum=0.5/fixed:rate=0.005",
        "  gpunet compare --recipe cifar10_full --recipe cifar10_full_triangular2 --dataset cifar10 --data data/cifar10 --seeds 3",
        "  gpunet compare --recipe paper-cifar10 --dataset cifar10 --data data/cifar10 --out runs/paper --resume",
        "  gpunet compare --dataset cifar10 --data data/cifar10 --iterations 6000 --device cuda:0 --out runs/cifar10",
        "",
        .. OptionFactory.PolicyForms,
        "",
        .. OptionFactory.OptimizerForms,
    ];

    private static Recipe Default => EmbeddedComparisonRecipe.Recipe;

    /// <summary>
    /// The divisor of every policy's step size that is nearest to a 12th of the iterations, so that each cycle's middle and end is evaluated;
    /// the 12th itself where there are no cycles, or only such a small divisor that more than twice as many evaluations would come of it.
    /// </summary>
    internal static long TestIntervalFor(long iterations, IEnumerable<LearningRatePolicy> policies)
    {
        long aim = Math.Max(1, iterations / Checkpoints), common = 0;
        foreach (var policy in policies)
            common = CommonDivisor(common, policy is CyclicalPolicy cyclical ? CommonDivisor(cyclical.StepSize, cyclical.StepDown) : policy.CycleLength ?? 0);
        // Of a step longer than the run, no end is ever reached.
        return common == 0 || common > iterations
            ? aim
            : Divisors(common).Where(divisor => 2 * divisor >= aim).DefaultIfEmpty(aim).MinBy(divisor => Math.Abs(Math.Log((double)divisor / aim)));
    }

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(resume) && output.Given(parsed) is null)
            throw new TrainingException("--resume goes on with a comparison, but --out does not say which. Give its folder.");
        string? asked = model.Value(parsed);
        var chosen = recipes.Chosen(parsed, asked);
        var start = chosen.Count > 0 ? chosen[0] : Default with { Model = asked ?? Default.Model };
        var comparison = ComparisonOf(parsed, start, chosen);
        var images = data.Open(parsed, console, start.Model);
        start = data.Settled(parsed, start, images);
        comparison = ComparisonOf(parsed, start, chosen);
        if (recipes.Scales(parsed))
        {
            var settings = comparison.Recipe;
            start = RecipeOptions.Scaled(start, settings, images, console);
            comparison = ComparisonOf(parsed, start, [.. chosen.Select((other, i) => i == 0 ? start : RecipeOptions.Scaled(other, settings, images, console))]);
        }

        var recipe = comparison.Recipe;
        SolverOptions.ThrowUnlessFits(recipe, images);
        using var session = device.Open(parsed, console);
        var options = compilation.Of(parsed);
        // Optimizers keep more or less of each parameter.
        var memory = comparison.Variants.DistinctBy(step => step.Options.Optimizer).Select(step => TrainingMemory.PlanOrThrow(session, recipe with { Training = step.Options }, images, options)).MaxBy(plan => plan.Total);
        var setting = RunSetting.Of(images, session, options) with { Command = ResumingCommand.WithoutResuming(parsed) };
        if (output.IsDryRun(parsed))
            return DryRun(parsed, comparison, setting, images, session, memory!, cancellation);
        DataOptions.Compute(console, images, recipe.Training.Mean, recipe.Training.Crop, cancellation);
        using var folder = parsed.GetValue(resume) ? RunFolder.Resume(output.Path(parsed)) : RunFolder.Create(output.Path(parsed));
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        console.Note($"Memory of a run: {memory}.");
        foreach (string warning in comparison.CycleWarnings)
            console.Warn(warning);

        ComparisonResult result;
        try
        {
            var finished = folder.Begin(comparison, setting);
            if (parsed.GetValue(resume))
                console.Note(finished.Count > 0 ? $"Resumed: {finished.Count} of {comparison.Steps.Length} runs are finished." : $"No run is finished in {folder.Path}: all {comparison.Steps.Length} are made.");
            try
            {
                result = TrainingView.For(console, images.Train.Classes).Show(
                    [.. comparison.Steps.Where(step => !finished.ContainsKey(step.Index))],
                    observe => comparison.Run(session, images, step => new TrainingObservers(folder.OpenRun(comparison, setting, step), observe(step)), options, finished, cancellation));
            }
            catch (Exception error) when (StoppedRunException.IsFor(error))
            {
                throw new StoppedRunException($"{error.Message} {ContinuationOf(parsed, folder, comparison)}", error);
            }
        }
        finally
        {
            folder.DeleteIfEmpty();
        }

        console.Show($"Test accuracy of {recipe.Model} on {images.Name}; batch {recipe.Batch}{(recipe.Training.IterationSize > 1 ? $" × {recipe.Training.IterationSize}" : "")}, {SeedsOf(comparison)}, device {session.Description.Id}");
        ResultTables.Show(console, result, images.Train.Classes);
        var code = RunEnd.Report(console, result.Runs, ContinuationOf(parsed, folder, comparison));
        folder.Write(setting, result);
        console.Show($"Report: {folder.FileAt(RunFolder.ReportFile)}");
        console.Show($"Run folder: {folder.Path}");
        return code;
    }

    private ExitCode DryRun(ParseResult parsed, Comparison comparison, RunSetting setting, ImageDataset images, DeviceSession session, TrainingMemory memory, CancellationToken cancellation)
    {
        var recipe = comparison.Recipe;
        var finished = RunFolder.LookAt(output.Path(parsed), parsed.GetValue(resume)).FinishedOf(comparison, setting);
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        using var network = recipe.Compile(session, images, setting.Compilation);
        // Policies take no time.
        var paces = comparison.Variants.DistinctBy(step => step.Options.Optimizer)
            .ToDictionary(step => step.Options.Optimizer, step => TrainingPace.Measure(network, images, step.Options, cancellation));
        DryRunView.ShowSettings(console, recipe, setting, memory);
        DryRunView.ShowRuns(console, comparison, [.. comparison.Steps.Where(step => !finished.ContainsKey(step.Index))], step => paces[step.Options.Optimizer], recipe.IterationsInEpoch(images));
        foreach (string warning in comparison.CycleWarnings)
            console.Warn(warning);
        return ExitCode.Success;
    }

    private Comparison ComparisonOf(ParseResult parsed, Recipe start, IReadOnlyList<Recipe> chosen)
    {
        var recipe = solver.Apply(parsed, start);
        // Whether a momentum range goes with the policies is the comparison's to say.
        (recipe with { Training = recipe.Training with { MomentumRange = null } }).ThrowIfInvalid();
        long? iterations = solver.Iterations(parsed);
        Variant[] runs =
        [
            .. chosen.Select(other => new Variant(other.Training.Policy) { Recipe = other.Name, Iterations = iterations ?? other.Training.Iterations }),
            .. (parsed.GetValue(policies) ?? []).Select(policy => new Variant(policy)),
            .. parsed.GetValue(variants) ?? [],
        ];
        if (runs.Length == 0)
            runs = [.. EmbeddedComparisonRecipe.PoliciesFor(recipe.Training.Iterations).Select(policy => new Variant(policy))];
        // A recipe's own interval goes with its own iterations.
        if (!solver.HasTestInterval(parsed) && (chosen.Count == 0 || iterations is not null))
            recipe = recipe with { Training = recipe.Training with { TestInterval = TestIntervalFor(recipe.Training.Iterations, runs.Select(run => run.Policy)) } };
        return new Comparison(recipe, runs, parsed.GetValue(seeds) ?? 1);
    }

    private static string ContinuationOf(ParseResult parsed, RunFolder folder, Comparison comparison) => !Directory.Exists(folder.Path)
        ? $"There is no {folder.Path} any more to go on from."
        : $"Saved: {folder.CountFinished(comparison)} of {comparison.Steps.Length} runs are finished in {folder.Path}. Continue with: {ResumingCommand.Of(parsed, folder.Path)}";

    private static string SeedsOf(Comparison comparison)
    {
        ulong first = comparison.Recipe.Training.Seed;
        return comparison.Seeds == 1 ? $"seed {first}" : $"seeds {first} to {first + (ulong)comparison.Seeds - 1} (mean ± standard deviation)";
    }

    private static long CommonDivisor(long a, long b) => b == 0 ? a : CommonDivisor(b, a % b);

    private static IEnumerable<long> Divisors(long number)
    {
        for (long divisor = 1; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                yield return divisor;
                yield return number / divisor;
            }
        }
    }
}
