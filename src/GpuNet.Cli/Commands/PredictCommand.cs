using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet predict</c>: the most probable classes of pictures.</summary>
internal sealed class PredictCommand : Command, INotedCommand
{
    private const int MaxBatch = 16;
    private const int DefaultTop = 5;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly CliConsole console;
    private readonly Option<string?> weights = OptionFactory.Text("--weights", "FILE", "Weights file (safetensors) that `gpunet train` wrote");
    private readonly ModelOption model;
    private readonly Option<int?> top = OptionFactory.Whole<int>("--top", $"Classes shown of each picture [default: {DefaultTop}]", "a whole number, 1 or more");
    private readonly Option<string?> labels = OptionFactory.Text("--labels", "FILE", "Text file with the classes' names, one a line, by label [default: the names that the weights file has]");
    private readonly Option<bool> json = new("--json") { Description = "Write JSON in place of tables" };
    private readonly Option<int?> resize = OptionFactory.Whole<int>("--resize", "Pixels of the shorter side of pictures once they are resized, before the crop [default: what the weights file names]", $"a whole number from 1 to {PictureOptions.MaxSide}");
    private readonly Option<int?> crop = SolverOptions.CropOption("in the middle", "what the weights file names");
    private readonly Option<ChannelOrder?> channels = PictureReading.ChannelsOption("Channels of pictures [default: what the weights file names]");
    private readonly Option<string?> mean = PictureReading.MeanOption("what the weights file names");
    private readonly DeviceOption device;
    private readonly CompilationOptions compilation;
    private readonly Argument<string[]> files = new("FILE") { Description = "Pictures, JPEG or PNG", Arity = ArgumentArity.OneOrMore };

    public PredictCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation) : base("predict", "Show the most probable classes of pictures")
    {
        this.console = console;
        weights.Required = true;
        Options.Add(weights);
        model = new ModelOption(this, "the one that the weights file names");
        foreach (Option option in new Option[] { top, labels, json, resize, crop, channels, mean })
            Options.Add(option);
        device = new DeviceOption(this, open);
        compilation = new CompilationOptions(this);
        Arguments.Add(files);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "A picture is resized, cropped in its middle, and the mean subtracted, as in training. A file that is no picture is reported and the others go on; the",
        "exit code is then that of broken data.",
        "",
        "Examples:",
        "  gpunet predict --weights runs/mine/weights.safetensors cat.jpg dog.png",
        "  gpunet predict --model googlenet --weights googlenet.safetensors --labels names.txt --top 3 --json cat.jpg",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        string file = parsed.GetRequiredValue(weights)!;
        var metadata = WeightsMetadata.Of(file);
        string name = model.Value(parsed)
            ?? metadata.Model
            ?? throw new TrainingException($"weights file '{file}' does not name its model. Give it with --model.");
        var chosen = ModelCatalog.Find(name);
        int most = parsed.GetValue(top) ?? DefaultTop;
        if (most < 1)
            throw new TrainingException($"--top is {most}; at least 1 class is shown of each picture. Leave it out for {DefaultTop}.");
        string[] names = NamesOf(parsed, metadata, chosen);
        var fed = FedOf(parsed, metadata, chosen);
        string[] paths = parsed.GetRequiredValue(files);
        int bad = 0;
        var set = new PictureSet("the pictures", paths, new int[paths.Length], names, new PictureOptions
        {
            Size = fed.Size,
            Channels = fed.Channels,
            MostBadFiles = int.MaxValue,
            Skipped = message =>
            {
                bad++;
                console.Fail(message);
            },
        });
        var input = InputRules.InputOf(set, fed.Crop).WithBatch(Math.Min(paths.Length, MaxBatch));
        var subtracted = MeanOf(file, fed.Mean, set, new Size2D(input.H, input.W));
        using var session = device.Open(parsed, console);
        // Without what only training needs, of which the file's tensors are passed over.
        using var network = (chosen.BuildWithoutHeads ?? chosen.Build)(input, names.Length).Compile(session, seed: 1, compilation.Of(parsed));
        CropRules.Load(parsed.GetValue(crop), metadata.Crop, () => WeightsFile.Load(file, network, chosen.AuxiliaryLayers));
        device.Announce(parsed, console, session);
        using var predictor = new Predictor(network, set, subtracted, fed.Crop);
        Show(parsed.GetValue(json), predictor.Run(most, cancellation), paths, names);
        return bad == 0 ? ExitCode.Success : ExitCode.Data;
    }

    private void Show(bool isJson, IEnumerable<Prediction> predictions, string[] paths, string[] names)
    {
        var found = predictions.Select(prediction => (
            File: paths[prediction.Picture],
            Classes: prediction.Classes.Select((entry, i) => (Rank: i + 1, entry.Class, Name: names[entry.Class], entry.Probability))));
        if (isJson)
        {
            console.Show(JsonSerializer.Serialize(
                found.Select(picture => new { picture.File, Classes = picture.Classes.Select(entry => new { entry.Name, Label = entry.Class, entry.Probability }) }), Json));
            return;
        }

        string[][] rows = [.. found.SelectMany(picture => picture.Classes.Select(entry => (string[])[entry.Rank == 1 ? picture.File : "", $"{entry.Rank}", entry.Name, Format.Percent(entry.Probability)]))];
        if (rows.Length > 0)
            console.Show(["Picture", "Rank", "Class", "Probability"], rows);
    }

    // What the network is fed with: what the options say, or else the file, or else what its recipe would have trained it with.
    private (Size2D Size, ChannelOrder Channels, int? Crop, PixelMean Mean) FedOf(ParseResult parsed, WeightsMetadata metadata, Model chosen)
    {
        int? recipeCrop = RecipeCatalog.ForModel(chosen.Name).Training.Crop;
        var order = parsed.GetValue(channels) ?? metadata.Channels ?? (recipeCrop is null ? ChannelOrder.Rgb : ChannelOrder.Bgr);
        return (
            PictureReading.SizeOf(parsed.GetValue(resize), metadata, chosen),
            order,
            parsed.GetValue(crop) ?? (metadata.Image is null ? metadata.Crop ?? recipeCrop : metadata.Crop),
            parsed.GetValue(mean) is { } text ? PictureReading.MeanOf(text, order)! : metadata.Mean ?? (recipeCrop is null ? PixelMean.Image : PixelMean.ImageNet(order)));
    }

    private string[] NamesOf(ParseResult parsed, WeightsMetadata metadata, Model chosen)
    {
        if (parsed.GetValue(labels) is not { } path)
            return [.. metadata.ClassNames ?? Enumerable.Range(0, chosen.Classes).Select(label => $"{label}")];
        try
        {
            string[] names = File.ReadAllLines(path);
            return metadata.ClassNames is not { } known || known.Count == names.Length
                ? names
                : throw new DataException($"labels file '{path}' has {names.Length} lines, but the weights tell {known.Count} classes apart; it must have one for each.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"labels file '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static ImageMean MeanOf(string file, PixelMean mean, PictureSet set, Size2D window)
    {
        if (mean != PixelMean.Image)
            return new(MeanImage.ShapeOf(set, window), mean.Of(set, window));
        var kept = WeightsFile.ReadMean(file)
            ?? throw new WeightsException($"weights file '{file}' has no mean image, which its network was trained with. Train again with this version, or give the values of each channel with --mean.");
        return kept.Shape.C == set.Shape.C
            ? kept
            : throw new WeightsException($"weights file '{file}' has a mean image of {kept.Shape}, but pictures have {set.Shape.C} channels. Leave out --channels, or give --mean.");
    }
}
