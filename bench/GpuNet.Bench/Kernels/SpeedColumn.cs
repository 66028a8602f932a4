using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace GpuNet.Bench.Kernels;

/// <summary>The work of a case divided by the median time of a call: GFLOP/s, or GB/s of what a kernel must read and write.</summary>
internal sealed class SpeedColumn : IColumn
{
    public string Id => nameof(SpeedColumn);

    public string ColumnName => "Speed";

    public string Legend => "Work divided by the median time: nominal floating-point operations (products with padding count), or bytes that must be read and written";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var work = benchmarkCase.Parameters.Items.Select(item => item.Value).OfType<KernelCase>().FirstOrDefault();
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        // Work per nanosecond is work · 10⁹ per second.
        return work is null || nanoseconds is null || !Enum.TryParse<KernelPass>(benchmarkCase.Descriptor.WorkloadMethod.Name, out var pass)
            ? "-"
            : string.Create(CultureInfo.InvariantCulture, $"{work.AmountOf(pass) / nanoseconds.Value:F1} G{work.Unit}/s");
    }
}
