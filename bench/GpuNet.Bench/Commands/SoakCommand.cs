using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Bench.Soak;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>soak</c>: whether a run of very many iterations, with all that <c>gpunet train</c> writes, takes more and more memory or time. It states figures and
/// judges nothing: what a heap does by chance is no fixed number of bytes.
/// </summary>
internal sealed class SoakCommand : Command
{
    private const int Samples = 200;
    private const string SamplesFile = "soak.csv";

    private readonly Option<int> iterations = CommonOptions.Whole(
        "--iterations", "Iterations", 200_000, Samples, reason: "there is a sample in each of so many parts of the run");
    private readonly Option<string?> output = new("--out") { Description = $"The run folder, which stays, with all samples in {SamplesFile} [default: a temporary one, which is removed]", HelpName = "DIR" };
    private readonly Option<string> device = CommonOptions.Device();

    public SoakCommand() : base("soak", "Shows whether memory or the time of an iteration grow over very many of them")
    {
        Options.Add(iterations);
        Options.Add(output);
        Options.Add(device);
        SetAction(parsed => Run(parsed.GetValue(iterations), parsed.GetValue(output), parsed.GetValue(device)!));
    }

    private static int Run(int iterations, string? output, string device)
    {
        if (!ResidentMemory.IsKnown)
            throw new BenchException("soak: only Linux says what a process takes of the machine's memory. Run it there.");
        string? temporary = output is null ? Directory.CreateTempSubdirectory("gpunet-soak-").FullName : null;
        try
        {
            using var session = DeviceCatalog.Open(device);
            Console.WriteLine($"{Counted.Of(iterations, "iteration")}: {SoakRun.Text}.");
            Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
            Console.WriteLine($"software  {Machine.Software}");
            Console.WriteLine($"device    {session.Description.Id}, {session.Description.Name}");
            Console.WriteLine();
            var sampler = new SoakSampler(iterations, iterations / Samples);
            var written = SoakRun.Run(session, temporary ?? output!, iterations, sampler);
            Print(sampler, written, GC.GetTotalMemory(forceFullCollection: true));
            if (output is not null)
                File.WriteAllLines(Path.Combine(output, SamplesFile), ["iteration,milliseconds,resident_bytes,managed_bytes", .. sampler.Samples.Select(RowOf)]);
            return BenchTool.Success;
        }
        finally
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }

    // In Markdown, as `pictures` has it.
    private static void Print(SoakSampler sampler, SoakOutput written, long live)
    {
        var samples = sampler.Samples;
        var (first, last, tenths) = (samples[0], samples[^1], Tenths.Of(samples));
        Trend resident = Trend.Of(samples, sample => sample.Resident), managed = Trend.Of(samples, sample => sample.Managed);
        Row("", "resident memory", "managed heap");
        Row("---", "---:", "---:");
        Row("slope after the first tenth, bytes in 1,000 iterations", Signed(resident.PerThousand), Signed(managed.PerThousand));
        Row("lowest to highest after the first tenth, MB", $"{Mega(resident.Lowest)}–{Mega(resident.Highest)}", $"{Mega(managed.Lowest)}–{Mega(managed.Highest)}");
        Row("first sample, MB", Mega(first.Resident), Mega(first.Managed));
        Row("last sample, MB", Mega(last.Resident), Mega(last.Managed));
        Row("in use after a collection, in the first tenth and at the end, bytes", "", string.Create(CultureInfo.InvariantCulture, $"{sampler.LiveEarly:N0}, {live:N0}"));
        Console.WriteLine();
        Row("", "value");
        Row("---", "---:");
        Row("iterations", string.Create(CultureInfo.InvariantCulture, $"{last.Iteration:N0}"));
        Row("samples", $"{samples.Count}");
        Row("time, s", written.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture));
        Row("ms an iteration, first tenth: median, quartiles", Spread(tenths.First));
        Row("ms an iteration, last tenth: median, quartiles", Spread(tenths.Last));
        Row("last tenth over first", tenths.Ratio.ToString("F3", CultureInfo.InvariantCulture));
        Row("evaluations", $"{written.Evaluations}");
        Row("checkpoints written", $"{written.Checkpoints}");
        Row("logs written, bytes", string.Create(CultureInfo.InvariantCulture, $"{written.LogBytes:N0}"));
        Row("garbage collections: generations 0, 1, 2", $"{GC.CollectionCount(0)}, {GC.CollectionCount(1)}, {GC.CollectionCount(2)}");
    }

    private static void Row(string what, params string[] values) => Console.WriteLine($"| {what} | {string.Join(" | ", values)} |");

    private static string RowOf(SoakSample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.Iteration},{sample.Interval.TotalMilliseconds:F3},{sample.Resident},{sample.Managed}");

    private static string Mega(double bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);

    private static string Signed(double bytes) => bytes.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture);

    private static string Spread(Quartiles values) => string.Create(CultureInfo.InvariantCulture, $"{values.Median:F4}, {values.Lower:F4}–{values.Upper:F4}");
}
