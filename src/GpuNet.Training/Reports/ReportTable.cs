namespace GpuNet.Training.Reports;

/// <summary>A table of texts, for the terminal and for reports.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows, each with a text for every column.</param>
public sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Makes a table of columns that each know their text for every row.</summary>
    internal static ReportTable Of<T>(IReadOnlyCollection<T> rows, IReadOnlyList<(string Name, Func<T, string> Text)> columns) =>
        new([.. columns.Select(column => column.Name)], [.. rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(column => column.Text(row))])]);
}
