using System.Globalization;

namespace GpuNet.Training.Timing;

/// <summary>Where the time of a training step goes: medians over the timed iterations.</summary>
/// <param name="Passes">Every layer's passes, in the order of the layers.</param>
/// <param name="UpdateMilliseconds">The update.</param>
/// <param name="UpdateBytes">Bytes that the update must read and write at least.</param>
/// <param name="StepMilliseconds">The whole step without timers.</param>
/// <param name="Peak">The processor's multiply-add peak in the same run, in GFLOP/s; null on other devices.</param>
/// <param name="Copy">The memory's copy bandwidth in the same run, in GB/s read and written; null on other devices.</param>
/// <param name="PeakIsSteady">Whether the cores were equally fast while the peak was measured, most times at least.</param>
public sealed record StepTimes(IReadOnlyList<PassTime> Passes, double UpdateMilliseconds, double UpdateBytes, double StepMilliseconds, double? Peak, double? Copy, bool PeakIsSteady = true)
{
    // The clock's own resolution, and what a mark costs.
    private const double LeastMilliseconds = 0.002;

    /// <summary>The table's columns. The share of the peak is left out where the peak is not known.</summary>
    public IReadOnlyList<string> Columns =>
        Peak is null ? ["Layer", "Kind", "Output", "Pass", "ms", "GFLOP/s", "GB/s", "% of step"] : ["Layer", "Kind", "Output", "Pass", "ms", "GFLOP/s", "% of peak", "GB/s", "% of step"];

    /// <summary>The table's rows: every pass, the sums of the forward and of the backward passes, the update, and the sum of all.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows
    {
        get
        {
            foreach (var pass in Passes)
                yield return Row(pass.Layer, pass.Kind, pass.Output.ToString(), pass.Pass, pass.Milliseconds, pass.Operations, pass.Bytes);
            foreach (var passes in Passes.GroupBy(pass => pass.Pass))
                yield return Row("all layers", "", "", passes.Key, passes.Sum(pass => pass.Milliseconds), passes.Sum(pass => pass.Operations), passes.Sum(pass => pass.Bytes));
            yield return Row("update", "", "", "", UpdateMilliseconds, 0, UpdateBytes);
            yield return Row("sum", "", "", "", SumMilliseconds, Operations, Passes.Sum(pass => pass.Bytes) + UpdateBytes);
        }
    }

    /// <summary>What the table does not say, in a line each.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            string share = Peak is { } peak ? $", {Number(100 * Operations / StepMilliseconds / 1e6 / peak, 0)} % of the peak{Doubt}" : "";
            yield return $"The step without timers: {Number(StepMilliseconds, 3)} ms, {Number(Operations / StepMilliseconds / 1e6, 1)} GFLOP/s{share}.";
            if (Peak is not null && Copy is not null)
                yield return $"In the same run: peak {Number(Peak.Value, 1)} GFLOP/s{Doubt}, copy {Number(Copy.Value, 1)} GB/s.";
            if (Peak is not null && !PeakIsSteady)
                yield return "?: somebody else used a core while the peak was measured, so it is too low and its shares are too high. Run again on an idle machine.";
            yield return "GFLOP/s are nominal: products with padding count. GB/s count what must be read and written: inputs, outputs, parameters, saved values.";
        }
    }

    private string Doubt => PeakIsSteady ? "" : "?";

    private double SumMilliseconds => Passes.Sum(pass => pass.Milliseconds) + UpdateMilliseconds;

    private double Operations => Passes.Sum(pass => pass.Operations);

    private static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    private List<string> Row(string layer, string kind, string output, string pass, double milliseconds, double operations, double bytes)
    {
        bool isMeasurable = milliseconds >= LeastMilliseconds;
        double speed = operations / milliseconds / 1e6;
        string flops = isMeasurable && operations > 0 ? Number(speed, 1) : "";
        string bandwidth = isMeasurable ? Number(bytes / milliseconds / 1e6, 1) : "";
        string ofStep = Number(100 * milliseconds / SumMilliseconds, 1);
        return Peak is { } peak
            ? [layer, kind, output, pass, Number(milliseconds, 3), flops, flops.Length > 0 ? Number(100 * speed / peak, 0) + Doubt : "", bandwidth, ofStep]
            : [layer, kind, output, pass, Number(milliseconds, 3), flops, bandwidth, ofStep];
    }
}
