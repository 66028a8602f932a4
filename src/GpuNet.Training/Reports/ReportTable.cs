using System.Collections.Immutable;

namespace GpuNet.Training.Reports;

/// <summary>A table of texts, for the terminal and for reports.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows, each with a text for every column.</param>
public sealed record ReportTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows)
{
    /// <summary>Makes a table of columns that each know their text for every row.</summary>
    internal static ReportTable Of<T>(IReadOnlyCollection<T> rows, params IEnumerable<(string Name, Func<T, string> Text)> columns)
    {
        var all = columns.ToArray();
        return new([.. all.Select(column => column.Name)], [.. rows.Select(row => all.Select(column => column.Text(row)).ToImmutableArray())]);
    }
}
