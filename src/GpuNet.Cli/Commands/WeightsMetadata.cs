using System.Globalization;
using System.Text.Json;
using GpuNet.Cli.Options;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Commands;

/// <summary>The text that <c>train</c> keeps with the weights: how they came about, and what the network is fed with, which <c>eval</c> and <c>predict</c> read.</summary>
internal sealed class WeightsMetadata
{
    private const string ModelKey = "model", DatasetKey = "dataset", IterationsKey = "iterations", PolicyKey = "policy", OptimizerKey = "optimizer", SeedKey = "seed";
    private const string CropKey = "crop", ImageKey = "image", ChannelsKey = "channels", MeanKey = "mean", ClassesKey = "classes";

    private readonly IReadOnlyDictionary<string, string> texts;

    private WeightsMetadata(string file, IReadOnlyDictionary<string, string> texts)
    {
        this.texts = texts;
        Crop = Read<int?>(CropKey, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? side : null, "a number of pixels", "--crop", file);
        Image = Read(ImageKey, InputOptions.ShapeOf, "an image's channels, height and width", "--resize", file);
        Channels = Read(ChannelsKey, PictureReading.ChannelsOf, "an order of channels", "--channels", file);
        Mean = Read(MeanKey, PixelMean.Parse, "a mean", "--mean", file);
        ClassNames = Read(ClassesKey, NamesOf, "a list of class names", "--labels", file);
    }

    /// <summary>The model's name; null, like all that follow, if the file does not say.</summary>
    public string? Model => texts.GetValueOrDefault(ModelKey);

    /// <summary>What <c>--dataset</c> was trained on.</summary>
    public string? Dataset => texts.GetValueOrDefault(DatasetKey);

    /// <summary>The crop; null for whole images too.</summary>
    public int? Crop { get; }

    /// <summary>The images before they were cropped.</summary>
    public Shape? Image { get; }

    /// <summary>Their channels.</summary>
    public ChannelOrder? Channels { get; }

    /// <summary>What was subtracted from them.</summary>
    public PixelMean? Mean { get; }

    /// <summary>The classes' names, by label.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>Reads a file's.</summary>
    /// <exception cref="WeightsException">The file cannot be read, or a text of it makes no sense.</exception>
    public static WeightsMetadata Of(string file) => new(file, WeightsFile.ReadMetadata(file));

    /// <summary>Reads that of weights of another program, where it has any.</summary>
    /// <exception cref="WeightsException">A text of it makes no sense.</exception>
    public static WeightsMetadata Of(string file, IReadOnlyDictionary<string, string> texts) => new(file, texts);

    /// <summary>The text of a run after so many iterations.</summary>
    public static Dictionary<string, string> Of(Recipe recipe, ImageDataset images, long iterations)
    {
        var image = images.Train.Shape;
        var metadata = new Dictionary<string, string>
        {
            [ModelKey] = recipe.Model,
            [DatasetKey] = images.Train is PictureSet ? PictureFolder.Name : images.Name,
            [IterationsKey] = iterations.ToString(CultureInfo.InvariantCulture),
            [PolicyKey] = recipe.Training.Policy.ToString(),
            [OptimizerKey] = recipe.Training.Optimizer.ToString(),
            [SeedKey] = recipe.Training.Seed.ToString(CultureInfo.InvariantCulture),
            [ImageKey] = $"{image.C}x{image.H}x{image.W}",
            [ChannelsKey] = PictureReading.TextOf(PictureReading.ChannelsIn(images.Train)),
            [MeanKey] = recipe.Training.Mean.ToString(),
            [ClassesKey] = JsonSerializer.Serialize(images.ClassNames),
        };
        if (recipe.Training.Crop is { } crop)
            metadata[CropKey] = crop.ToString(CultureInfo.InvariantCulture);
        return metadata;
    }

    /// <summary>The text for imported weights: what their file says in our words, and what was asked for in its place.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="image">The images that the network is for; null if not asked for, like all that follow.</param>
    /// <param name="classes">Classes, which are named by their numbers.</param>
    /// <param name="channels">The images' channels.</param>
    /// <param name="mean">What is subtracted.</param>
    public Dictionary<string, string> Imported(string model, Shape? image, int? classes, ChannelOrder? channels, PixelMean? mean)
    {
        string[] keys = [ModelKey, DatasetKey, IterationsKey, PolicyKey, OptimizerKey, SeedKey, CropKey, ImageKey, ChannelsKey, MeanKey, ClassesKey];
        var metadata = texts.Where(text => keys.Contains(text.Key)).ToDictionary();
        metadata[ModelKey] = model;
        if (image is { } shape)
        {
            metadata[ImageKey] = $"{shape.C}x{shape.H}x{shape.W}";
            metadata.Remove(CropKey);
        }

        if (classes is { } count && ClassNames?.Count != count)
            metadata[ClassesKey] = JsonSerializer.Serialize(Enumerable.Range(0, count).Select(label => $"{label}"));
        if (channels is { } order)
            metadata[ChannelsKey] = PictureReading.TextOf(order);
        if (mean is not null)
            metadata[MeanKey] = mean.ToString();
        return metadata;
    }

    /// <summary>What a network is for: the image, or its crop; <paramref name="otherwise"/> if the file does not say.</summary>
    public Shape InputOr(Shape otherwise)
    {
        var image = Image ?? otherwise;
        return Crop is { } side ? image with { H = side, W = side } : image;
    }

    /// <summary>The text of a file, as it is.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    private T? Read<T>(string key, Func<string, T?> parse, string what, string option, string file)
    {
        if (!texts.TryGetValue(key, out string? text))
            return default;
        return parse(text) ?? throw new WeightsException($"weights file '{file}' says that {key} was '{text}', which is not {what}. Give it with {option}, of a file without that text.");
    }

    private static string[]? NamesOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
