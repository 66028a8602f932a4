using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Bars;

/// <summary>The output of a run of <c>bars</c>: a Markdown table, row by row as they are measured, and the yardsticks below it.</summary>
/// <param name="output">Where it goes.</param>
internal sealed class BarsReport(TextWriter output)
{
    private readonly List<string> notes = [];

    /// <summary>What was measured on, how to read it, and the table's head.</summary>
    public void Begin(int workers, int rounds)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:yyyy-MM-dd HH:mm}, {Machine.Processor}; load {Machine.Load}"));
        output.WriteLine($"{Machine.Software}; {Counted.Of(workers, "worker")}, {Counted.Of(rounds, "round")}");
        output.WriteLine("Operations are nominal, also where Winograd takes fewer: the bar of 3×3 layers with stride 1 allows for it, whatever was chosen; that of 5×5 layers does not.");
        output.WriteLine();
        foreach (string line in BarRow.Header)
            output.WriteLine(line);
    }

    /// <summary>Rows of the table.</summary>
    public void Add(IEnumerable<BarRow> rows)
    {
        foreach (var row in rows)
            output.WriteLine(row);
    }

    /// <summary>A line of another process's report: a row of the table, or a note for its end.</summary>
    public void Add(string line)
    {
        if (line.StartsWith('|'))
            output.WriteLine(line);
        else if (line.Length > 0)
            notes.Add(line);
    }

    /// <summary>The yardsticks of the whole run, for the end.</summary>
    /// <param name="prefix">What stands before them.</param>
    /// <param name="kernels">Who measured them.</param>
    public void AddYardsticks(string prefix, KernelBars kernels)
    {
        Add("peak", kernels.Peaks, "GFLOP/s");
        Add("copy", kernels.Copies, "GB/s, read + written");

        void Add(string what, List<double> speeds, string unit)
        {
            if (speeds.Count == 0)
                return;
            var all = Quartiles.Of(speeds);
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{prefix}{what} {all.Median:F1} {unit} (quartiles {all.Lower:F1}–{all.Upper:F1}, over the whole run)"));
        }
    }

    /// <summary>Ends the table; the yardsticks follow.</summary>
    public void End()
    {
        output.WriteLine();
        notes.ForEach(output.WriteLine);
    }
}
