using System.CommandLine;
using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Model()
    {
        string[] names = [.. ModelCatalog.All.Select(model => model.Name)];
        return new("--model")
        {
            Description = "The model",
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => "cifar10_quick",
            CustomParser = argument =>
            {
                string name = argument.Tokens[0].Value;
                if (!names.Contains(name))
                    argument.AddError($"--model is '{name}'; it must be one of {string.Join(", ", names)}.");
                return name;
            },
        };
    }

    public static Option<int> Batch() => AtLeastOne("--batch", "Images in a batch", 100);

    public static Option<string> Device() => new("--device")
    {
        Description = $"The device: {DeviceCatalog.Selectors}",
        DefaultValueFactory = _ => "cpu",
    };

    public static Option<bool> NoFusion() => new("--no-fusion") { Description = "Run every layer's passes on their own" };

    public static Option<bool> NoWinograd() => new("--no-winograd") { Description = "Rule Winograd out" };

    public static Option<int> AtLeastOne(string name, string description, int byDefault) => Whole(name, description, byDefault, least: 1);

    /// <summary>A whole number. It is parsed here, since a validator sees a value only where there is one.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is, for the help text.</param>
    /// <param name="byDefault">Its value where it is not given.</param>
    /// <param name="least">The smallest value allowed.</param>
    /// <param name="most">The largest value allowed.</param>
    /// <param name="reason">Why no value outside these is; starts a clause of its own.</param>
    public static Option<int> Whole(string name, string description, int byDefault, int least, int most = int.MaxValue, string? reason = null) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
                return value;
            string rule = most == int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{least} or more") : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
            argument.AddError($"{name} is '{text}'; it must be a whole number, {rule}{(reason is null ? "" : $": {reason}")}.");
            return byDefault;
        },
    };
}
