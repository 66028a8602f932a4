using System.CommandLine;
using GpuNet.Cli.Commands;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary><c>--dataset</c> and <c>--data</c>, and how pictures are read.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> name;
    private readonly Option<string?> folder = OptionFactory.Text("--data", "DIR", "Folder with the set's files; by default data/NAME, where `gpunet data fetch` puts them. Of pictures it holds train/CLASS/FILE and val/CLASS/FILE, in JPEG or PNG");
    private readonly Option<int?> resize;
    private readonly Option<ChannelOrder?> channels;
    private readonly Option<string?> mean;
    private readonly Option<int?> workers = OptionFactory.Whole<int>("--workers", "Threads that decode pictures; changes the speed only [default: one for each core]", $"a whole number from 1 to {PictureOptions.MaxWorkers}");
    private readonly Option<int?> mostBadFiles = OptionFactory.Whole<int>("--max-bad-files", $"Files in training, and as many in evaluation, that may turn out not to be pictures; each is reported and skipped [default: {new PictureOptions().MostBadFiles}]", "a whole number, 0 or more");

    public DataOptions(Command command, string defaultText, bool isTrained = false)
    {
        string Or(string text) => isTrained ? $"what the weights file names, or {text}" : text;
        name = OptionFactory.Text("--dataset", "NAME", $"{string.Join(", ", DataSets.Names)} [default: {defaultText}]");
        resize = OptionFactory.Whole<int>("--resize", $"Pixels of the shorter side of pictures once they are resized, before the crop [default: {Or($"{new PictureOptions().Size.Height}; of a model that sees whole images, their size")}]", $"a whole number from 1 to {PictureOptions.MaxSide}");
        channels = PictureReading.ChannelsOption($"Channels of pictures [default: {Or("bgr, as Caffe's networks take them")}]");
        mean = PictureReading.MeanOption(Or("pixel of pictures, image of other sets"));
        foreach (Option option in new Option[] { name, folder, resize, channels, mean, workers, mostBadFiles })
            command.Options.Add(option);
    }

    /// <summary>Where a set lies if nobody says otherwise.</summary>
    public static string FolderOf(string dataset) => Path.Combine("data", dataset);

    /// <summary>Opens the set that was asked for, or else the one that weights were trained on, or else the embedded one.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="console">Is told of files that are skipped.</param>
    /// <param name="model">The model that will see the images.</param>
    /// <param name="trained">What a weights file says; null if there is none.</param>
    public ImageDataset Open(ParseResult parsed, CliConsole console, string model, WeightsMetadata? trained = null)
    {
        string chosen = parsed.GetValue(name) ?? trained?.Dataset ?? EmbeddedFashionMnist.Name;
        if (chosen != PictureFolder.Name)
            RefusePictureOptions(parsed, chosen);
        string? from = parsed.GetValue(folder);
        if (from is null && chosen != EmbeddedFashionMnist.Name && DataSets.Names.Contains(chosen))
        {
            from = FolderOf(chosen);
            if (!Directory.Exists(from))
                throw new DataException($"{chosen} is not at {from}. Give its folder with --data{(DownloadableSet.All.Any(set => set.Name == chosen) ? $", or fetch it: gpunet data fetch {chosen}" : "")}.");
        }

        var defaults = new PictureOptions();
        return DataSets.Open(chosen, from, new()
        {
            Size = PictureReading.SizeOf(parsed.GetValue(resize), trained, ModelCatalog.Find(model)),
            Channels = parsed.GetValue(channels) ?? trained?.Channels ?? defaults.Channels,
            Workers = parsed.GetValue(workers) ?? defaults.Workers,
            MostBadFiles = parsed.GetValue(mostBadFiles) ?? defaults.MostBadFiles,
            Skipped = reason => console.Warn($"skipped: {reason}"),
        });
    }

    /// <summary>A recipe for the set: with the mean that was asked for, and of pictures, whose own are of all sizes, cropped to what the model was made for.</summary>
    public Recipe Settled(ParseResult parsed, Recipe recipe, ImageDataset images) => recipe with
    {
        Training = recipe.Training with
        {
            Mean = Mean(parsed, images) ?? (images.Train is PictureSet set ? PixelMean.ImageNet(set.Options.Channels) : recipe.Training.Mean),
            Crop = recipe.Training.Crop ?? (images.Train is PictureSet ? Math.Min(ModelCatalog.Find(recipe.Model).Image.H, images.Train.Shape.H) : null),
        },
    };

    /// <summary>The mean that was asked for; null if none was.</summary>
    public PixelMean? Mean(ParseResult parsed, ImageDataset images) => parsed.GetValue(mean) is { } text ? PictureReading.MeanOf(text, PictureReading.ChannelsIn(images.Train)) : null;

    /// <summary>What is subtracted from a set's images. If that takes reading all of its pictures it says so, and how far it is.</summary>
    /// <param name="console">Is told.</param>
    /// <param name="images">The images.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="crop">The crop.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The mean with its shape, that of an image or, of pictures, of a window.</returns>
    public static ImageMean Compute(CliConsole console, ImageDataset images, PixelMean mean, int? crop, CancellationToken cancellation)
    {
        var window = crop is { } side ? new Size2D(side, side) : new Size2D(images.Train.Shape.H, images.Train.Shape.W);
        if (mean == PixelMean.Image && images.Train is PictureSet pictures)
            pictures.MeanOf(window, count => console.Note($"Mean image: {count} of {pictures.Count} pictures read."), cancellation);
        return new(MeanImage.ShapeOf(images.Train, window), mean.Of(images.Train, window));
    }

    /// <summary>Says what was opened.</summary>
    public static void Announce(CliConsole console, ImageDataset data)
    {
        var image = data.Train.Shape;
        string size = data.Train is PictureSet set ? $"pictures, {PictureReading.TextOf(set.Options.Channels)}, resized to a shorter side of {image.H}" : $"images of {image.C}×{image.H}×{image.W}";
        console.Note($"Data: {data.Name}, {data.Train.Count} training and {data.Test.Count} test {size}, {data.Train.Classes} classes.");
    }

    private void RefusePictureOptions(ParseResult parsed, string chosen)
    {
        foreach (Option option in new Option[] { resize, channels, workers, mostBadFiles })
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new TrainingException($"{option.Name} says how pictures are read, but the data set is {chosen}. Leave it out, or give --dataset {PictureFolder.Name}.");
        }
    }
}
