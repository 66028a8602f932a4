using System.CommandLine;
using System.Globalization;

namespace GpuNet.Cli.Options;

/// <summary><c>--out</c>: the run folder.</summary>
internal sealed class OutputOption
{
    private readonly Option<string?> folder;
    private readonly string kind;

    public OutputOption(Command command, string kind)
    {
        this.kind = kind;
        folder = OptionFactory.Text("--out", "DIR", $"Run folder to make; one that holds an earlier run is not overwritten [default: runs/{kind}-DATE-TIME]");
        command.Options.Add(folder);
    }

    /// <summary>Whether the folder was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(folder) is not null;

    /// <summary>The folder's path.</summary>
    public string Path(ParseResult parsed) => parsed.GetValue(folder)
        ?? System.IO.Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{kind}-{DateTime.Now:yyyyMMdd-HHmmss}"));
}
