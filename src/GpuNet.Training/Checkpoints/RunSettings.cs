using System.Globalization;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// What decides the weights of a run, as texts: a run is gone on with only if all of it is the same. How often it is tested and shown, when it ends, and how
/// its images get to the device does not belong to it, nor does the device, which decides the last bits.
/// </summary>
/// <param name="texts">What each option comes to, whether it was given or not.</param>
public sealed class RunSettings(IReadOnlyList<KeyValuePair<string, string>> texts)
{
    /// <summary>The option of the learning-rate policy.</summary>
    public const string Policy = "--policy";

    private const string Unknown = "not known", None = "none";

    /// <summary>What each option comes to.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Texts { get; } = texts;

    /// <summary>What an option comes to.</summary>
    /// <param name="option">Such as <c>--policy</c>.</param>
    /// <returns>The text; null if the run has no such option.</returns>
    public string? this[string option] => Texts.FirstOrDefault(text => text.Key == option).Value;

    /// <summary>The settings of a run.</summary>
    /// <param name="recipe">Model, batch, and how it is trained.</param>
    /// <param name="data">The images; a checksum is made of them.</param>
    /// <returns>The settings.</returns>
    public static RunSettings Of(Recipe recipe, ImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        var options = recipe.Training;
        var pictures = (data.Train as PictureSet)?.Options;
        return new(
        [
            new("--model", recipe.Model),
            new("--dataset", $"{data.Train.Count} training and {data.Test.Count} test images of {data.Train.Classes} classes, checksum {DataChecksum.Of(data)}"),
            new("--resize", pictures is null ? None : $"{pictures.Size}"),
            new("--channels", pictures is null ? None : $"{pictures.Channels}".ToLowerInvariant()),
            new("--mean", $"{options.Mean}"),
            new("--crop", Text(options.Crop)),
            new("--mirror", options.Mirror ? "on" : "off"),
            new("--order", options.Shuffle ? "shuffled" : "file"),
            new("--seed", Text(options.Seed)),
            new("--batch", Text(recipe.Batch)),
            new("--iter-size", Text(options.IterationSize)),
            new(Policy, $"{options.Policy}"),
            new("--optimizer", $"{options.Optimizer}"),
            new("--momentum-range", options.MomentumRange is { } range ? $"{range}" : None),
            new("--weight-decay", Text(options.WeightDecay)),
            new("--clip-gradients", Text(options.ClipGradients)),
        ]);
    }

    /// <summary>How these settings differ from those of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint's.</param>
    /// <returns>Each option that differs, with both values; empty if none does.</returns>
    public IEnumerable<string> DifferencesFrom(RunSettings checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Texts.Concat(checkpoint.Texts).Select(text => text.Key).Distinct()
            .Where(option => this[option] != checkpoint[option])
            .Select(option => $"{option} is {this[option] ?? Unknown}, but was {checkpoint[option] ?? Unknown}");
    }

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? None;
}
