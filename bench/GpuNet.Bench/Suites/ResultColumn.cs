using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GpuNet.Bench.Suites;

/// <summary>A column of a suite's own, from a benchmark's parameters and its median time.</summary>
/// <param name="name">Its heading.</param>
/// <param name="legend">What it means.</param>
/// <param name="text">Gives the cell from the benchmark and its median time in nanoseconds; null for none.</param>
internal sealed class ResultColumn(string name, string legend, Func<BenchmarkCase, double, string?> text) : IColumn
{
    public string Id => $"{nameof(ResultColumn)}.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        summary[benchmarkCase]?.ResultStatistics?.Median is { } nanoseconds ? text(benchmarkCase, nanoseconds) ?? "-" : "-";
}
