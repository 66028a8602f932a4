using System.CommandLine;
using System.Globalization;

namespace GpuNet.Cli.Options;

/// <summary><c>--out</c> and <c>--dry-run</c>: the run folder, and whether there is to be one.</summary>
internal sealed class OutputOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--out";

    private readonly Option<string?> folder;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Write and train nothing, but show the settings, the memory, the cycles and the time that it would take, measured on a few iterations" };
    private readonly string kind;

    public OutputOption(Command command, string kind)
    {
        this.kind = kind;
        folder = OptionFactory.Text(Name, "DIR", $"Run folder to make; one that holds an earlier run is not overwritten [default: runs/{kind}-DATE-TIME]");
        command.Options.Add(folder);
        command.Options.Add(dryRun);
    }

    /// <summary>The folder that was asked for; null if none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(folder);

    /// <summary>Whether nothing is to be written.</summary>
    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(dryRun);

    /// <summary>The folder's path.</summary>
    public string Path(ParseResult parsed) => Given(parsed)
        ?? System.IO.Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{kind}-{DateTime.Now:yyyyMMdd-HHmmss}"));
}
