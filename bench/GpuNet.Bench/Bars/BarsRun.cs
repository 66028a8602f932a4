using System.Globalization;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Bars;

/// <summary>A run of <c>bars</c>: takes the measures of a plan.</summary>
/// <param name="only">Text that a measure's name and pass contain.</param>
/// <param name="rounds">Rounds of each measure.</param>
/// <param name="workers">Workers of the session.</param>
/// <param name="report">Gets the rows.</param>
internal sealed class BarsRun(string only, int rounds, int workers, BarsReport report)
{
    /// <summary>The option that a process for narrower vectors is started with.</summary>
    public const string WidthOption = "--vector-bits";

    private readonly BarsPlan plan = new(only, workers);

    /// <summary>Takes every measure.</summary>
    /// <param name="warnings">Gets a line for each width that cannot be measured.</param>
    /// <exception cref="UsageException">None is wanted.</exception>
    /// <exception cref="BenchException">None of those wanted can be taken on this machine, or a process failed.</exception>
    public void TakeAll(TextWriter warnings)
    {
        plan.ThrowIfEmpty();
        NarrowWidth[] widths = [.. plan.Widths.Where(width => width.IsNarrower)];
        var missing = plan.Widths.Except(widths).Select(Missing).ToList();
        if (widths.Length + plan.Kernels.Count + plan.ScaledPasses.Count == 0 && !plan.WantsStepScaling)
            throw new BenchException(string.Join(' ', missing));
        missing.ForEach(warnings.WriteLine);

        using var session = DeviceSession.OpenCpu(workers);
        var kernels = new KernelBars(session, rounds);
        report.Begin(workers, rounds);
        foreach (var (of, passes) in plan.Kernels)
            report.Add(kernels.Measure(of, of.Name, passes, pass => Bar.Of(of, pass)));
        TakeScaling();
        report.AddYardsticks("", kernels);
        foreach (var width in widths)
            NarrowProcess.Run(width, report.Add, "bars", WidthOption, Text(width.Bits), "--only", only, "--rounds", Text(rounds), "--workers", Text(workers));
        report.End();
    }

    /// <summary>Takes the measures that this process, with wider vectors switched off, was started for.</summary>
    /// <param name="bits">Its vector width.</param>
    /// <exception cref="BenchException">The process has another width.</exception>
    public void TakeNarrow(int bits)
    {
        var width = NarrowWidth.All.FirstOrDefault(width => width.Bits == bits);
        if (width is null || Simd.VectorBits != bits)
            throw new BenchException($"the rows of {bits} bits are wanted, but this process has {Simd.Description}. Leave {WidthOption} to the program itself.");
        using var session = DeviceSession.OpenCpu(workers);
        var kernels = new KernelBars(session, rounds);
        foreach (var (of, passes) in plan.CasesAt(width))
            report.Add(kernels.Measure(of, width.Prefix + of.Name, passes, _ => width.Bar));
        report.AddYardsticks(width.Prefix, kernels);
        report.End();
    }

    private static string Missing(NarrowWidth width) =>
        $"the rows '{width.Prefix}…' are left out: this process has {Simd.Description} at most, so they would show nothing that the others do not.";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void TakeScaling()
    {
        if (!plan.WantsStepScaling && plan.ScaledPasses.Count == 0)
            return;
        using var scaling = new ScalingBars(rounds);
        if (plan.WantsStepScaling)
            report.Add([scaling.MeasureStep()]);
        report.Add(scaling.MeasureLayer(plan.ScaledPasses));
    }
}
