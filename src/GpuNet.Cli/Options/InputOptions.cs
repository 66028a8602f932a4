using System.CommandLine;
using System.Globalization;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary><c>--model</c>, <c>--batch</c>, <c>--input</c> and <c>--classes</c>: what a network is built for when there is no data set.</summary>
internal sealed class InputOptions
{
    private static readonly string DefaultModel = Cifar10QuickRecipe.Recipe.Model;

    private readonly ModelOption model;
    private readonly Option<Shape?> image = ImageOption("those that the model was made for");
    private readonly Option<int?> classes = ClassesOption("those that the model was made for");
    private readonly Option<int?> batch = OptionFactory.Whole<int>("--batch", "Images of an iteration [default: 100]", "a whole number, 1 or more");

    public InputOptions(Command command)
    {
        model = new ModelOption(command, DefaultModel);
        foreach (Option option in new Option[] { batch, image, classes })
            command.Options.Add(option);
    }

    /// <summary><c>--input</c>; <paramref name="defaultText"/> says what holds without it.</summary>
    public static Option<Shape?> ImageOption(string defaultText) => new("--input")
    {
        Description = $"Channels, height and width of an image, such as 1x28x28 [default: {defaultText}]",
        HelpName = "CxHxW",
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (ShapeOf(text) is { } shape)
                return shape;
            argument.AddError($"--input is '{text}'; it must be channels x height x width, each 1 or more, such as 3x32x32.");
            return null;
        },
    };

    /// <summary><c>--classes</c>; <paramref name="defaultText"/> says what holds without it.</summary>
    public static Option<int?> ClassesOption(string defaultText) => OptionFactory.Whole<int>("--classes", $"Classes to tell apart [default: {defaultText}]", "a whole number, 2 or more");

    /// <summary>Reads channels x height x width; null if the text is not that.</summary>
    public static Shape? ShapeOf(string text)
    {
        int[] sizes = [.. text.Split('x', '×').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        return sizes is [> 0, > 0, > 0] ? new Shape(1, sizes[0], sizes[1], sizes[2]) : null;
    }

    /// <summary>Describes the network.</summary>
    /// <exception cref="TrainingException">The batch is empty.</exception>
    public (Model Model, NetworkBuilder Network) Build(ParseResult parsed)
    {
        var chosen = ModelCatalog.Find(model.Value(parsed) ?? DefaultModel);
        int images = parsed.GetValue(batch) ?? 100;
        if (images < 1)
            throw new TrainingException($"--batch is {images}; an iteration needs at least 1 image. Leave it out for 100.");
        return (chosen, chosen.Build((parsed.GetValue(image) ?? chosen.Image).WithBatch(images), parsed.GetValue(classes) ?? chosen.Classes));
    }
}
