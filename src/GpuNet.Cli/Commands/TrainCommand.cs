using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Data;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Timing;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet train</c>: trains one model and leaves a run folder with its weights.</summary>
internal sealed class TrainCommand : Command, INotedCommand
{
    private const string DeviceKey = "device";

    private readonly CliConsole console;
    private readonly ModelOption model;
    private readonly RecipeOptions recipes;
    private readonly DataOptions data;
    private readonly Option<PolicyChoice?> policy;
    private readonly SolverOptions solver;
    private readonly DeviceOption device;
    private readonly CompilationOptions compilation;
    private readonly OutputOption output;
    private readonly CheckpointOption checkpoints;

    public TrainCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation) : base("train", "Train a model and write a run folder: logs, checkpoints, plots, weights")
    {
        this.console = console;
        model = new ModelOption(this, "the recipe's, or cifar10_quick");
        recipes = new RecipeOptions(this, "Settings to start from [default: the model's own, Caffe's solver]", most: 1);
        data = new DataOptions(this, "fashion-mnist-subset, which is embedded");
        policy = OptionFactory.PolicyOrAuto("Learning rate of each iteration; forms below; auto runs a range test first, as find-lr does, and trains with what it finds [default: the recipe's]");
        Options.Add(policy);
        solver = new SolverOptions(this, "Updates to make [default: the recipe's]", "Iterations between evaluations on the test set; 0 evaluates at the end only [default: the recipe's]");
        device = new DeviceOption(this, open);
        compilation = new CompilationOptions(this);
        output = new OutputOption(this, "train");
        checkpoints = new CheckpointOption(this, output);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Recipes, which batch, momentum, weight decay and the other defaults come from:",
        .. RecipeCatalog.All.Select(r => $"  {r.Name}: {r.Model}, {r.Training.Iterations} iterations of batch {r.Batch}, {r.Training.Policy}"),
        "",
        "Examples:",
        "  gpunet train --dataset cifar10 --data data/cifar10",
        "  gpunet train --iterations 400 --policy triangular:base=0.001,max=0.005,step=200 --out runs/mine",
        "  gpunet train --iterations 800 --policy auto",
        "  gpunet train --dataset cifar10 --dry-run",
        "  gpunet train --dataset cifar10 --out runs/long --resume auto",
        "  gpunet train --model googlenet --dataset pictures --data imagenet --batch 32 --scale-to-data",
        "  gpunet train --dataset cifar10 --data data/cifar10 --recipe cifar10_full_triangular2 --batch 50 --scale-to-data",
        "",
        .. OptionFactory.PolicyForms,
        "",
        .. OptionFactory.OptimizerForms,
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        var writing = checkpoints.Writing(parsed);
        var recipe = ChosenRecipe(parsed);
        Changed(parsed, recipe, null);
        var start = checkpoints.Find(parsed, console);
        var images = data.Open(parsed, console, recipe.Model);
        recipe = data.Settled(parsed, recipe, images);
        var chosen = Changed(parsed, recipe, start.From);
        if (recipes.Scales(parsed))
            chosen = Changed(parsed, RecipeOptions.Scaled(recipe, chosen, images, console), start.From);
        SolverOptions.ThrowUnlessFits(chosen, images);
        start.ThrowUnlessFits(chosen, images);
        using var session = device.Open(parsed, console);
        var options = compilation.Of(parsed);
        var memory = TrainingMemory.PlanOrThrow(session, chosen, images, options);
        if (output.IsDryRun(parsed))
            return DryRun(parsed, start, chosen, images, session, options, memory, cancellation);
        var mean = DataOptions.Compute(console, images, chosen.Training.Mean, chosen.Training.Crop, cancellation);
        using var network = chosen.Compile(session, images, options);
        var setting = RunSetting.Of(images, session, options);
        using var folder = start.IsSameRun ? RunFolder.GoOn(start.Folder) : RunFolder.Create(start.Folder);
        try
        {
            folder.Hold();
            DataOptions.Announce(console, images);
            device.Announce(parsed, console, session);
            console.Error.WriteLine(network.Summary);
            console.Note($"Memory of the run: {memory}.");
            var test = start.From is null && parsed.GetValue(policy) is { Policy: null } ? RangeTest(network, images, chosen.Training, cancellation) : null;
            if (test?.Suggestion is { } found)
                chosen = chosen with { Training = chosen.Training with { Policy = found.PolicyFor(chosen.Training.Iterations) } };
            using var trainer = new Trainer(network, images, chosen.Training);
            if (start.From is { } checkpoint)
                GoOnFrom(checkpoint, trainer, chosen.Training, setting);
            var keptMean = chosen.Training.Mean == PixelMean.Image ? mean : null;
            var writer = writing is null ? null : new CheckpointWriter(
                trainer, new CheckpointFolder(folder.Path), writing, RunSettings.Of(chosen, images), iterations => NotesOf(chosen, images, setting, iterations), keptMean, start.From);
            // Before anything else, so that a run folder with a log in it always has a checkpoint to go on from.
            writer?.Save();
            if (test is not null)
                RunFolder.Create(folder.FileAt("range-test")).Write(chosen, setting, test);
            using var logs = folder.OpenLogs(setting, start.From?.Progress);
            if (writer is not null)
                writer.FlushLogs = logs.Flush;
            console.Note($"Images: {trainer.Feed}.");
            if (chosen.Training.Plan.CycleWarning is { } warning)
                console.Warn(warning);

            var continuation = new Continuation(parsed, folder.Path, chosen.Training.Iterations, writer);
            TrainingResult? result = null;
            try
            {
                var step = new ComparisonStep(0, 1, chosen.Training.Policy.Name, chosen.Training);
                result = TrainingView.For(console, images.Train.Classes).Show([step], observe => trainer.Run(new TrainingObservers(writer, logs, observe(step)), cancellation));
                var run = new RunRecord(step.Name, chosen.Training, result);
                ResultTables.Show(console, run);
                var code = RunEnd.Report(console, [run], continuation.Text);
                folder.Write(chosen, setting, run);
                if (result.Outcome != RunOutcome.Diverged)
                    WeightsFile.Save(folder.FileAt(RunFolder.WeightsFile), network, WeightsMetadata.Of(chosen, images, result.Iterations), keptMean);
                console.Show($"Run folder: {folder.Path}");
                return code;
            }
            // There is nothing to go on with where the loss was no number.
            catch (Exception error) when (StoppedRunException.IsFor(error) && result?.Outcome != RunOutcome.Diverged)
            {
                throw continuation.After(error);
            }
        }
        finally
        {
            folder.DeleteIfEmpty();
        }
    }

    private ExitCode DryRun(ParseResult parsed, Resumption start, Recipe chosen, ImageDataset images, DeviceSession session, CompileOptions options, TrainingMemory memory, CancellationToken cancellation)
    {
        if (!start.IsSameRun)
            RunFolder.LookAt(start.Folder);
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        using var network = chosen.Compile(session, images, options);
        var pace = TrainingPace.Measure(network, images, chosen.Training, cancellation);
        DryRunView.ShowSettings(console, chosen, RunSetting.Of(images, session, options), memory);
        if (start.From is null && parsed.GetValue(policy) is { Policy: null })
        {
            console.Show("Policy: auto, a triangular one between the bounds that a range test finds.");
            DryRunView.ShowTime(console, "range test", pace, LearningRateRangeTest.SweepOf(network, images, RangeTestSettings(chosen.Training), new()));
        }
        else
        {
            DryRunView.ShowPolicy(console, chosen.Training.Plan, chosen.IterationsInEpoch(images));
        }

        DryRunView.ShowTime(console, start.From is null ? "run" : $"rest of the run, from {start.From.Path}", pace, chosen.Training, start.From?.Progress);
        return ExitCode.Success;
    }

    // Its points are its own: those of the run may be too far apart.
    private static TrainingOptions RangeTestSettings(TrainingOptions training) => training with { TestInterval = 0 };

    private static Dictionary<string, string> NotesOf(Recipe recipe, ImageDataset images, RunSetting setting, long iterations) =>
        new(WeightsMetadata.Of(recipe, images, iterations)) { [DeviceKey] = DeviceOf(setting) };

    private static string DeviceOf(RunSetting setting) => $"{setting.Device.Kind}, {setting.Device.Rounding}{(setting.Compilation.AllowWinograd ? "" : ", no Winograd")}";

    private void GoOnFrom(Checkpoint checkpoint, Trainer trainer, TrainingOptions training, RunSetting setting)
    {
        trainer.Resume(checkpoint);
        console.Note($"Resumed from {checkpoint.Path} after {checkpoint.Iteration} of {training.Iterations} iterations.");
        string now = DeviceOf(setting);
        if (checkpoint.Texts.GetValueOrDefault(DeviceKey) is { } before && before != now)
            console.Warn($"until iteration {checkpoint.Iteration} the run was on another device ({before}), and is now on this one ({now}); it goes on as it would have there but for rounding.");
    }

    private RangeTestResult RangeTest(Network network, ImageDataset images, TrainingOptions training, CancellationToken cancellation)
    {
        var test = RangeTestView.Run(console, network, images, RangeTestSettings(training), new(), null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        console.Note(test.EndText);
        if (test.Suggestion is not { } found)
            throw new TrainingException($"--policy auto: the range test found no bounds: {test.Problem}. Run `gpunet find-lr` with other settings, and give --policy what it finds.");
        console.Note($"Range test: {found.Policy}, confidence {found.Confidence.ToString().ToLowerInvariant()}: {found.Reason}.");
        return test;
    }

    private Recipe ChosenRecipe(ParseResult parsed)
    {
        string? asked = model.Value(parsed);
        return recipes.Chosen(parsed, asked) is [var found, ..] ? found : RecipeCatalog.ForModel(asked ?? Cifar10QuickRecipe.Recipe.Model);
    }

    // The recipe with what the other options say in place of its own settings.
    private Recipe Changed(ParseResult parsed, Recipe recipe, Checkpoint? from)
    {
        var changed = solver.Apply(parsed, recipe);
        // A policy that is to be found was found before the checkpoint. Until then, the sweep of the range test stands for it: it has cycles, as the policy will.
        if (parsed.GetValue(policy) is { } given)
            changed = changed with { Training = changed.Training with { Policy = given.Policy ?? from?.Policy ?? new RangeTestOptions().PolicyOver(changed.Training.Iterations) } };
        changed.ThrowIfInvalid();
        return changed;
    }
}
