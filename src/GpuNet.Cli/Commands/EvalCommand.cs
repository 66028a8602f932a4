using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet eval</c>: loss and accuracy of a weights file on a whole test set.</summary>
internal sealed class EvalCommand : Command, INotedCommand
{
    private const int MaxBatch = 100;

    private readonly CliConsole console;
    private readonly ModelOption model;
    private readonly Option<string?> weights = OptionFactory.Text("--weights", "FILE", "Weights file (safetensors) that `gpunet train` wrote");
    private readonly DataOptions data;
    private readonly Option<int?> batch;
    private readonly Option<int?> crop = SolverOptions.CropOption("in the middle", "what the weights file names: whole images, or what they were cropped to in training");
    private readonly Option<bool> tenCrop = SolverOptions.TenCropOption("Evaluate");
    private readonly DeviceOption device;
    private readonly CompilationOptions compilation;

    public EvalCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation) : base("eval", "Evaluate a weights file on a whole test set: loss, top-1 and top-5 accuracy")
    {
        this.console = console;
        weights.Required = true;
        Options.Add(weights);
        model = new ModelOption(this, "the one that the weights file names");
        data = new DataOptions(this, "the one that the weights file names", isTrained: true);
        batch = OptionFactory.Whole<int>("--batch", "Images at a time; changes the speed only [default: 100, or fewer if the set is smaller]", "a whole number, 1 or more");
        Options.Add(batch);
        Options.Add(crop);
        Options.Add(tenCrop);
        device = new DeviceOption(this, open);
        compilation = new CompilationOptions(this);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Images are cropped, and their mean subtracted, as in training. Weights that do not say how get the mean image of the data set's training images.",
        "",
        "Examples:",
        "  gpunet eval --weights runs/mine/weights.safetensors",
        "  gpunet eval --weights cifar10.safetensors --model cifar10_full --dataset cifar10 --data data/cifar10",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        string file = parsed.GetRequiredValue(weights)!;
        var metadata = WeightsMetadata.Of(file);
        string chosen = model.Value(parsed)
            ?? metadata.Model
            ?? throw new TrainingException($"weights file '{file}' does not name its model. Give it with --model.");
        var recipe = RecipeCatalog.ForModel(chosen);
        var images = data.Open(parsed, console, chosen, metadata);
        WarnOfOtherClasses(metadata, images);
        var (asked, named, isTenCrop) = (parsed.GetValue(crop), metadata.Crop, parsed.GetValue(tenCrop));
        recipe = recipe with
        {
            Batch = parsed.GetValue(batch) ?? Math.Min(MaxBatch, images.Train.Count),
            Training = recipe.Training with { Crop = asked ?? named ?? DefaultCrop(images, metadata, recipe), TenCrop = isTenCrop },
        };
        SolverOptions.ThrowUnlessFits(recipe, images);
        using var session = device.Open(parsed, console);
        using var network = recipe.Compile(session, images, compilation.Of(parsed));
        CropRules.Load(asked, named, () => WeightsFile.Load(file, network));
        DataOptions.Announce(console, images);
        device.Announce(parsed, console, session);
        var result = Evaluate(network, images, MeanOf(parsed, file, metadata, images, recipe.Training.Crop, cancellation), recipe.Training.Crop, isTenCrop, cancellation);
        string[] row = [file, chosen, images.Name, Format.Whole(images.Test.Count), Format.Percent(result.Accuracy), Format.Percent(result.Top5Accuracy), Format.Loss(result.Loss)];
        string kind = isTenCrop ? " of ten crops" : "";
        console.Show(["Weights", "Model", "Test set", "Images", $"Top-1 accuracy{kind}", $"Top-5 accuracy{kind}", $"Loss{kind}"], [row]);
        return ExitCode.Success;
    }

    // A label is a number: it means the class that it meant in training only if the names are the same. Some sets, and some programs' weights, have numbers for names.
    private void WarnOfOtherClasses(WeightsMetadata metadata, ImageDataset images)
    {
        foreach (var (label, (trained, name)) in (metadata.ClassNames ?? []).Zip(images.ClassNames).Index())
        {
            if (trained == name || trained == $"{label}" || name == $"{label}")
                continue;
            console.Warn($"class {label} was '{trained}' when the weights were trained, but of {images.Name} it is '{name}': hits are counted by the number. Give the data set that goes with the weights.");
            return;
        }
    }

    // Of weights that say nothing about their images.
    private static int? DefaultCrop(ImageDataset images, WeightsMetadata metadata, Recipe recipe) => images.Train is PictureSet && metadata.Image is null ? recipe.Training.Crop : null;

    // The mean image that lies with the weights, if it fits, and no other is asked for.
    private float[] MeanOf(ParseResult parsed, string file, WeightsMetadata metadata, ImageDataset images, int? crop, CancellationToken cancellation)
    {
        var asked = data.Mean(parsed, images);
        var mean = asked ?? metadata.Mean ?? (images.Train is PictureSet set ? PixelMean.ImageNet(set.Options.Channels) : PixelMean.Image);
        var window = crop is { } side ? new Size2D(side, side) : new Size2D(images.Train.Shape.H, images.Train.Shape.W);
        return asked is null && mean == PixelMean.Image && WeightsFile.ReadMean(file) is { } kept && kept.Shape == MeanImage.ShapeOf(images.Train, window)
            ? kept.Values
            : DataOptions.Compute(console, images, mean, crop, cancellation).Values;
    }

    private static EvaluationRecord Evaluate(Network network, ImageDataset images, float[] mean, int? crop, bool isTenCrop, CancellationToken cancellation)
    {
        if (isTenCrop)
        {
            using var tenCrop = new TenCropEvaluator(network, images.Test, mean, crop);
            return tenCrop.Run(cancellation: cancellation);
        }

        using var evaluator = new Evaluator(network, images.Test, mean, crop);
        return evaluator.Run(cancellation: cancellation);
    }
}
