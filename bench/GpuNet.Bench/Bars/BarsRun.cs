using System.Globalization;
using GpuNet.Bench.Kernels;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Bars;

/// <summary>A run of <c>bars</c>: chooses the measures and prints the table as they are taken.</summary>
/// <param name="only">Text that a measure's name and pass contain, with x for × too; empty for all measures.</param>
/// <param name="rounds">Rounds of each measure.</param>
/// <param name="workers">Workers of the session.</param>
internal sealed class BarsRun(string only, int rounds, int workers)
{
    private const string Avx2Prefix = "AVX2 ";

    /// <summary>The cases and passes with a bar that are wanted.</summary>
    public IReadOnlyList<(KernelCase Case, List<KernelPass> Passes)> Kernels { get; } =
        [.. KernelCase.All.Select(of => (of, WantedOf(only, of, of.Name))).Where(entry => entry.Item2.Count > 0)];

    /// <summary>Those that are wanted with AVX-512 switched off.</summary>
    public IReadOnlyList<(KernelCase Case, List<KernelPass> Passes)> Avx2Kernels { get; } =
        [.. ConvolutionCase.All.Where(of => of.Name.StartsWith("cifar10", StringComparison.Ordinal)).Select(of => ((KernelCase)of, WantedOf(only, of, Avx2Prefix + of.Name))).Where(entry => entry.Item2.Count > 0)];

    /// <summary>Whether the scaling of the training step is wanted.</summary>
    public bool WantsStepScaling { get; } = Matches(only, ScalingBars.Step, "step");

    /// <summary>The passes whose scaling is wanted.</summary>
    public IReadOnlyList<KernelPass> ScaledPasses { get; } = [.. ScalingBars.Case.Passes.Where(pass => Matches(only, ScalingBars.Layer, KernelBars.LabelOf(pass)))];

    /// <summary>Prints every measure that is wanted.</summary>
    /// <exception cref="BenchException">None is.</exception>
    public void PrintAll()
    {
        if (Kernels.Count + Avx2Kernels.Count + ScaledPasses.Count == 0 && !WantsStepScaling)
            throw new BenchException($"--only is '{only}'; no measure's name and pass contain it. The names are {string.Join(", ", NamesWithBars())}; '{Avx2Prefix}' before cifar10's convolutions means those without AVX-512. Passes: forward, data, weights.");

        using var session = DeviceSession.OpenCpu(workers);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:yyyy-MM-dd HH:mm}, {Machine.Processor}; load {Machine.Load}"));
        Console.WriteLine($"{Machine.Software}; {workers} workers, {rounds} rounds");
        Console.WriteLine();
        foreach (string line in BarRow.Header)
            Console.WriteLine(line);
        var kernels = new KernelBars(session, rounds);
        foreach (var (of, passes) in Kernels)
            Print(kernels.Measure(of, of.Name, passes, (pass, choice) => Bar.Of(of, pass, choice)));
        PrintScaling();
        if (Avx2Kernels.Count > 0 && Simd.VectorBits == 512)
            NarrowProcess.Run("bars", "--avx2-rows", "--only", only, "--rounds", Text(rounds), "--workers", Text(workers));
        Console.WriteLine();
        PrintYardsticks("", kernels);
    }

    /// <summary>Prints the lines of the table that this process, with AVX-512 switched off, was started for.</summary>
    public void PrintAvx2Rows()
    {
        using var session = DeviceSession.OpenCpu(workers);
        var kernels = new KernelBars(session, rounds);
        foreach (var (of, passes) in Avx2Kernels)
            Print(kernels.Measure(of, Avx2Prefix + of.Name, passes, (_, _) => Bar.Avx2));
        Console.WriteLine();
        PrintYardsticks(Avx2Prefix, kernels);
    }

    private static IEnumerable<string> NamesWithBars() =>
        [.. KernelCase.All.Where(of => WantedOf("", of, of.Name).Count > 0).Select(of => of.Name), ScalingBars.Step, ScalingBars.Layer];

    private static List<KernelPass> WantedOf(string only, KernelCase of, string name) =>
        [.. of.Passes.Where(pass => Bar.Of(of, pass, choice: null) is not null && Matches(only, name, KernelBars.LabelOf(pass)))];

    private static bool Matches(string only, string name, string pass) =>
        $"{name} {pass}".Replace('×', 'x').Contains(only.Replace('×', 'x'), StringComparison.OrdinalIgnoreCase);

    private static void Print(IEnumerable<BarRow> rows)
    {
        foreach (var row in rows)
            Console.WriteLine(row);
    }

    private static void PrintYardsticks(string prefix, KernelBars kernels)
    {
        Print("peak", kernels.Peaks, "GFLOP/s");
        Print("copy", kernels.Copies, "GB/s, read + written");

        void Print(string what, List<double> speeds, string unit)
        {
            if (speeds.Count == 0)
                return;
            var all = Quartiles.Of(speeds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prefix}{what} {all.Median:F1} {unit} (quartiles {all.Lower:F1}–{all.Upper:F1}, over the whole run)"));
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void PrintScaling()
    {
        // Two workers on one core share it.
        if (Environment.ProcessorCount < 2 || (!WantsStepScaling && ScaledPasses.Count == 0))
            return;
        using var scaling = new ScalingBars(rounds);
        if (WantsStepScaling)
            Print([scaling.MeasureStep()]);
        Print(scaling.MeasureLayer(ScaledPasses));
    }
}
