using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Timing;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet find-lr</c>: the LR range test, which finds the bounds of a cyclical learning rate in one short run.</summary>
internal sealed class FindLrCommand : Command, INotedCommand
{
    private static readonly RangeTestOptions Default = new();

    private readonly CliConsole console;
    private readonly ModelOption model;
    private readonly RecipeOptions recipes;
    private readonly DataOptions data;
    private readonly Option<double?> minRate = OptionFactory.Real("--min-rate", "Rate that the sweep begins at [default: 0; of an exponential sweep a hundred-thousandth of --max-rate]", "a number, 0 or above");
    private readonly Option<double?> maxRate = OptionFactory.Real("--max-rate", $"Rate that the sweep ends at [default: {Default.MaxRate}]", "a number above 0");
    private readonly Option<SweepShape?> sweep = OptionFactory.Choice("--sweep", "Whether the rate rises by the same amount or by the same factor at each iteration [default: linear]", ("linear", SweepShape.Linear), ("exponential", SweepShape.Exponential));
    private readonly Option<double?> smoothing = OptionFactory.Real("--smoothing", $"Share of the smoothed loss that one more iteration keeps, from 0 to below 1 [default: {Default.Smoothing}]", "a number from 0 to below 1");
    private readonly Option<double?> stopAt = OptionFactory.Real("--stop-at", $"The sweep stops when the smoothed loss is above so many times its least value [default: {Default.DivergenceFactor}]", "a number above 1");
    private readonly SolverOptions solver;
    private readonly DeviceOption device;
    private readonly CompilationOptions compilation;
    private readonly OutputOption output;

    public FindLrCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation)
        : base("find-lr", "Find the bounds of a cyclical learning rate: a short run whose rate rises from low to high (the LR range test)")
    {
        this.console = console;
        model = new ModelOption(this, "the recipe's, or cifar10_quick");
        recipes = new RecipeOptions(this, "Settings to train with; its learning rate is not used [default: the model's own, Caffe's solver]", most: 1);
        data = new DataOptions(this, "fashion-mnist-subset, which is embedded");
        foreach (Option option in new Option[] { minRate, maxRate, sweep, smoothing, stopAt })
            Options.Add(option);
        solver = new SolverOptions(this, $"Updates of the sweep [default: {Default.Epochs} epochs]", "Iterations between measurements of the test accuracy [default: 40 in the sweep]");
        device = new DeviceOption(this, open);
        compilation = new CompilationOptions(this);
        output = new OutputOption(this, "find-lr");
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "The run folder gets range-test.json, range-test.csv, and the accuracy and the loss over the rate as plots with the bounds marked.",
        "",
        "Examples:",
        "  gpunet find-lr",
        "  gpunet find-lr --model cifar10_full --dataset cifar10 --data data/cifar10",
        "  gpunet find-lr --sweep exponential --max-rate 1 --iterations 400",
        "  gpunet train --iterations 800 --policy auto",
        "",
        .. OptionFactory.OptimizerForms,
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        string? asked = model.Value(parsed);
        var recipe = recipes.Chosen(parsed, asked) is [var found, ..] ? found : RecipeCatalog.ForModel(asked ?? Cifar10QuickRecipe.Recipe.Model);
        var sweepOptions = OptionsOf(parsed);
        sweepOptions.ThrowIfInvalid();
        Changed(parsed, recipe);
        var images = data.Open(parsed, console, recipe.Model);
        recipe = data.Settled(parsed, recipe, images);
        var chosen = Changed(parsed, recipe);
        SolverOptions.ThrowUnlessFits(chosen, images);
        using var session = device.Open(parsed, console);
        var options = compilation.Of(parsed);
        var memory = TrainingMemory.PlanOrThrow(session, chosen, images, options);
        if (output.IsDryRun(parsed))
            return DryRun(parsed, chosen, sweepOptions, images, session, options, memory, cancellation);
        DataOptions.Compute(console, images, chosen.Training.Mean, chosen.Training.Crop, cancellation);
        using var network = chosen.Compile(session, images, options);
        var setting = RunSetting.Of(images, session, options);
        var folder = RunFolder.Create(output.Path(parsed));
        using var logs = folder.OpenLogs(setting);
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        console.Note($"Memory of the run: {memory}.");

        var test = RangeTestView.Run(console, network, images, chosen.Training, sweepOptions, logs, cancellation);
        console.Show($"LR range test of {chosen.Model} on {images.Name}; {test.Sweep.Iterations} iterations of batch {chosen.Batch}, seed {chosen.Training.Seed}, device {session.Description.Id}");
        RangeTestView.Show(console, test);
        folder.Write(chosen, setting, test);
        console.Show($"Run folder: {folder.Path}");
        if (test.End != SweepEnd.Cancelled)
            return ExitCode.Success;
        console.Fail($"cancelled after {test.Run.Iterations} iterations; what was done until then is kept.");
        return ExitCode.Cancelled;
    }

    private ExitCode DryRun(ParseResult parsed, Recipe chosen, RangeTestOptions sweepOptions, ImageDataset images, DeviceSession session, CompileOptions options, TrainingMemory memory, CancellationToken cancellation)
    {
        RunFolder.LookAt(output.Path(parsed));
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        using var network = chosen.Compile(session, images, options);
        chosen = chosen with { Training = LearningRateRangeTest.SweepOf(network, images, chosen.Training, sweepOptions) };
        var pace = TrainingPace.Measure(network, images, chosen.Training, cancellation);
        DryRunView.ShowSettings(console, chosen, RunSetting.Of(images, session, options), memory);
        console.Show($"Sweep: {chosen.Training.Policy}");
        DryRunView.ShowTime(console, "range test", pace, chosen.Training);
        return ExitCode.Success;
    }

    private RangeTestOptions OptionsOf(ParseResult parsed) => new()
    {
        MinRate = parsed.GetValue(minRate),
        MaxRate = parsed.GetValue(maxRate) ?? Default.MaxRate,
        Shape = parsed.GetValue(sweep) ?? Default.Shape,
        Iterations = solver.Iterations(parsed),
        Smoothing = parsed.GetValue(smoothing) ?? Default.Smoothing,
        DivergenceFactor = parsed.GetValue(stopAt) ?? Default.DivergenceFactor,
    };

    // The recipe with what the other options say in place of its own settings. The points of its own run are too far apart for a sweep.
    private Recipe Changed(ParseResult parsed, Recipe recipe)
    {
        var changed = solver.Apply(parsed, recipe);
        if (!solver.HasTestInterval(parsed))
            changed = changed with { Training = changed.Training with { TestInterval = 0 } };
        changed.ThrowIfInvalid();
        return changed;
    }
}
