namespace GpuNet.Training.Reports.Html;

/// <summary>A part of a page: what it has of these, in this order.</summary>
/// <param name="Heading">Its heading.</param>
internal sealed record HtmlSection(string Heading)
{
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    public IReadOnlyList<HtmlPlot> Plots { get; init; } = [];

    /// <summary>A command, as it is typed.</summary>
    public string? Command { get; init; }

    public ReportTable? Table { get; init; }

    /// <summary>Whether the table's cells are texts, which may be long, and not numbers.</summary>
    public bool IsOfTexts { get; init; }

    public IReadOnlyList<HtmlFile> Files { get; init; } = [];
}
