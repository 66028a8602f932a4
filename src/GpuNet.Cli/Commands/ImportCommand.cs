using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Interchange;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet import</c>: makes a weights file of the weights of another program.</summary>
internal sealed class ImportCommand : Command, INotedCommand
{
    private readonly CliConsole console;
    private readonly ModelOption model;
    private readonly Option<Shape?> input = InputOptions.ImageOption("those that the model was made for");
    private readonly Option<int?> classes = InputOptions.ClassesOption("those that the model was made for");
    private readonly Option<ChannelOrder?> channels = PictureReading.ChannelsOption("Channels that the weights expect, which the weights file will name [default: what FILE names, if it does]");
    private readonly Option<string?> mean = PictureReading.MeanOption("what FILE names, if it does");
    private readonly Option<string?> meanFile = OptionFactory.Text("--mean-file", "FILE", "Caffe's mean image (.binaryproto) to keep with the weights; its middle, if it is larger than the network's input");
    private readonly Option<string?> target = OptionFactory.Text("--out", "FILE", "Weights file to write; an existing one is replaced");
    private readonly Argument<string> source = new("FILE") { Description = "ONNX, safetensors or .caffemodel file; its content says which" };

    public ImportCommand(CliConsole console) : base("import", "Make a weights file of an ONNX, safetensors or .caffemodel file")
    {
        this.console = console;
        target.Required = true;
        model = new ModelOption(this, "the one that FILE names, if `gpunet export` wrote it");
        foreach (Option option in new Option[] { input, classes, channels, mean, meanFile, target })
            Options.Add(option);
        Arguments.Add(source);
        SetAction(parsed => (int)Run(parsed));
    }

    public IEnumerable<string> Notes =>
    [
        "FILE must hold every parameter of the model, in its shape, and no others but those of GoogLeNet's auxiliary heads. Caffe's layers are found by their",
        "names, tensors by names such as conv1.weights, conv1.weight or conv1_w_0.",
        "",
        "Examples:",
        "  gpunet import --model caffenet --mean-file imagenet_mean.binaryproto bvlc_reference_caffenet.caffemodel --out caffenet.safetensors",
        "  gpunet import --model googlenet --mean pixel bvlc_googlenet.caffemodel --out googlenet.safetensors",
        "  gpunet import mine.onnx --out mine.safetensors",
    ];

    private ExitCode Run(ParseResult parsed)
    {
        string file = parsed.GetRequiredValue(source), path = parsed.GetRequiredValue(target)!;
        var (texts, keptMean) = WeightsImport.ReadNotes(file);
        var found = WeightsMetadata.Of(file, texts);
        string name = model.Value(parsed)
            ?? found.Model
            ?? throw new TrainingException($"weights file '{file}' does not name its model. Give it with --model.");
        var chosen = ModelCatalog.Find(name);
        var (askedInput, askedClasses, order) = (parsed.GetValue(input), parsed.GetValue(classes), parsed.GetValue(channels));
        var image = askedInput ?? found.InputOr(chosen.Image);
        var network = (chosen.BuildWithoutHeads ?? chosen.Build)(image, askedClasses ?? found.ClassNames?.Count ?? chosen.Classes);
        var (mean, values) = MeanOf(parsed, order ?? found.Channels ?? ChannelOrder.Bgr, keptMean, image);
        WeightsImport.Convert(file, path, network, chosen.AuxiliaryLayers, found.Imported(name, askedInput, askedClasses, order, mean), values);
        console.Show(
            ["File", "Model", "Input", "Classes", "Parameters", "Mean"],
            [[path, name, $"{image.C}×{image.H}×{image.W}", Format.Whole(network.Classes), Format.Whole(network.ParameterShapes.Sum(parameter => parameter.Shape.Length)), (mean ?? found.Mean)?.ToString() ?? "not known"]]);
        return ExitCode.Success;
    }

    // What to say of the mean, and the mean image to keep. A file's own has as many rows as the network's input, or is of channels, which its text says.
    private (PixelMean? Mean, ImageMean? Image) MeanOf(ParseResult parsed, ChannelOrder order, ImageMean? kept, Shape image)
    {
        if (parsed.GetValue(mean) is { } text)
        {
            if (parsed.GetValue(meanFile) is not null)
                throw new TrainingException("--mean and --mean-file both say what is subtracted; give one of them.");
            var asked = PictureReading.MeanOf(text, order)!;
            return (asked, asked == PixelMean.Image ? kept : null);
        }

        if (parsed.GetValue(meanFile) is not { } path)
            return (null, kept is { Shape: { H: 1, W: 1 } } ? null : kept);
        var given = CaffeMean.Read(path);
        if (given.Shape.C != image.C)
            throw new DataException($"mean file '{path}' has {given.Shape.C} channels, but the network's input has {image.C}. Give the mean that goes with the weights.");
        return (PixelMean.Image, new(image with { N = 1 }, MeanImage.MiddleOf(given, new Size2D(image.H, image.W))));
    }
}
