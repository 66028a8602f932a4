using System.CommandLine;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary><c>--model</c>.</summary>
internal sealed class ModelOption
{
    private readonly Option<string?> model;

    public ModelOption(Command command, string defaultText)
    {
        model = OptionFactory.Text("--model", "NAME", $"{string.Join(", ", ModelCatalog.All.Select(m => $"{m.Name} ({m.Description})"))} [default: {defaultText}]");
        command.Options.Add(model);
    }

    /// <summary>The model asked for, which exists, or null.</summary>
    public string? Value(ParseResult parsed) => parsed.GetValue(model) is { } name ? ModelCatalog.Find(name).Name : null;
}
