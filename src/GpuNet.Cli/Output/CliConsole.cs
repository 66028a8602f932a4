using GpuNet.Training.Reports;
using Spectre.Console;

namespace GpuNet.Cli.Output;

/// <summary>
/// Standard output for results and standard error for everything else. A stream that is no terminal gets plain text: no ANSI codes, no
/// line breaks at some width.
/// </summary>
internal sealed class CliConsole
{
    // Wide enough for the widest table.
    private const int PlainWidth = 240;

    // A longer cell, such as a policy, may be broken.
    private const int LongestWhole = 40;
    private readonly IAnsiConsole results;

    public CliConsole(TextWriter output, TextWriter error)
    {
        (Output, Error) = (output, error);
        results = Open(output);
        Live = Open(error);
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Standard error as a terminal, for live displays; only to be used where <see cref="IsLive"/>.</summary>
    public IAnsiConsole Live { get; }

    /// <summary>Whether standard error is a terminal whose lines can be redrawn.</summary>
    public bool IsLive => Live.Profile.Capabilities.Ansi;

    /// <summary>Writes a result: a line.</summary>
    public void Show(string line) => Output.WriteLine(line);

    /// <summary>Writes a result: a table.</summary>
    public void Show(ReportTable table) => Show(table.Columns, table.Rows);

    /// <summary>Writes a result: a table.</summary>
    public void Show(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        string[][] cells = [.. rows.Select(row => row.ToArray())];
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (i, column) in columns.Index())
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = cells.All(row => row[i].Length <= LongestWhole) });
        foreach (string[] row in cells)
            table.AddRow(row.Select(cell => new Text(cell)));
        results.Write(table);
    }

    /// <summary>Whether a table on standard output has less room than 100 columns.</summary>
    public bool IsNarrow => results.Profile.Width < 100;

    /// <summary>Says what is going on.</summary>
    public void Note(string text) => Say(null, text);

    /// <summary>Says what the user may not have wanted.</summary>
    public void Warn(string text) => Say("yellow", $"warning: {text}");

    /// <summary>Says in one line what went wrong.</summary>
    public void Fail(string text) => Say("red", $"error: {text}");

    private void Say(string? colour, string text)
    {
        string line = text.ReplaceLineEndings(" ");
        if (!IsLive)
            Error.WriteLine(line);
        else if (colour is null)
            Live.WriteLine(line);
        else
            Live.MarkupLine($"[{colour}]{Markup.Escape(line)}[/]");
    }

    private static IAnsiConsole Open(TextWriter writer)
    {
        var target = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = target.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            // What a live display needs; nothing ever asks.
            Interactive = target.IsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            // They switch ANSI codes on for some build servers, where nobody asked for them.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!target.IsTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
