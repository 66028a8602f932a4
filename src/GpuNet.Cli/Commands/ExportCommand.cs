using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Interchange;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet export</c>: writes a trained network as an ONNX file.</summary>
internal sealed class ExportCommand : Command, INotedCommand
{
    private readonly CliConsole console;
    private readonly Option<string?> weights = OptionFactory.Text("--weights", "FILE", "Weights file (safetensors) that `gpunet train` or `gpunet import` wrote");
    private readonly ModelOption model;
    private readonly Option<Shape?> input = InputOptions.ImageOption("those that the weights file names, or that the model was made for");
    private readonly Option<int?> classes = InputOptions.ClassesOption("those that the weights file names, or that the model was made for");
    private readonly Argument<string> target = new("FILE") { Description = "ONNX file to write; an existing one is replaced" };

    public ExportCommand(CliConsole console) : base("export", "Write a trained network as an ONNX file")
    {
        this.console = console;
        weights.Required = true;
        Options.Add(weights);
        model = new ModelOption(this, "the one that the weights file names");
        Options.Add(input);
        Options.Add(classes);
        Arguments.Add(target);
        SetAction(parsed => (int)Run(parsed));
    }

    public IEnumerable<string> Notes =>
    [
        $"The file has opset {OnnxFile.OpsetVersion}, an input 'input', (N, C, H, W) of pixels of 0 to 255, and an output 'logits', (N, classes): the scores before the softmax. The mean",
        "that the weights were trained with is subtracted by the first node. Dropout and auxiliary heads are left out.",
        "",
        "Examples:",
        "  gpunet export --weights runs/mine/weights.safetensors mine.onnx",
        "  gpunet export --weights googlenet.safetensors --model googlenet --input 3x224x224 --classes 1000 googlenet.onnx",
    ];

    private ExitCode Run(ParseResult parsed)
    {
        string file = parsed.GetRequiredValue(weights)!, path = parsed.GetRequiredValue(target);
        var metadata = WeightsMetadata.Of(file);
        string name = model.Value(parsed)
            ?? metadata.Model
            ?? throw new TrainingException($"weights file '{file}' does not name its model. Give it with --model.");
        var chosen = ModelCatalog.Find(name);
        var image = parsed.GetValue(input) ?? metadata.InputOr(chosen.Image);
        var network = (chosen.BuildWithoutHeads ?? chosen.Build)(image, parsed.GetValue(classes) ?? metadata.ClassNames?.Count ?? chosen.Classes);
        var mean = MeanOf(file, metadata.Mean, image);
        OnnxFile.Save(path, network, file, chosen.AuxiliaryLayers, mean, metadata.Texts);
        if (mean is null && metadata.Mean != PixelMean.None)
            console.Note($"Weights file '{file}' has no mean: nothing is subtracted from the input. Give the network pixels less the mean that it was trained with.");
        console.Show(
            ["File", "Model", "Input", "Classes", "Mean", "Opset", "Bytes"],
            [[path, name, $"N×{image.C}×{image.H}×{image.W}", Format.Whole(network.Classes), mean is null ? "none" : $"{metadata.Mean}", $"{OnnxFile.OpsetVersion}", Format.Whole(new FileInfo(path).Length)]]);
        return ExitCode.Success;
    }

    private static ImageMean? MeanOf(string file, PixelMean? mean, Shape image)
    {
        if (mean?.Channels is { } channels)
            return new(new Shape(1, channels.Count, 1, 1), [.. channels]);
        if (mean != PixelMean.Image || WeightsFile.ReadMean(file) is not { } kept)
            return null;
        return new(image, MeanImage.MiddleOf(kept, new Size2D(image.H, image.W)));
    }
}
