using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Training;
using GpuNet.Training.Reports;
using GpuNet.Verification;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet selftest</c>: every op on a device against its double-precision reference; what a bug report carries.</summary>
internal sealed class SelfTestCommand : Command, INotedCommand
{
    private readonly CliConsole console;
    private readonly IReadOnlyList<SelfTestCase> cases;
    private readonly Option<bool> quick = new("--quick") { Description = "Small shapes only: seconds; on the simulated GPU always" };
    private readonly Option<string?> filter = OptionFactory.Text("--filter", "TEXT", "Only cases whose op, pass or shape has this text, in any case");
    private readonly DeviceOption device;

    public SelfTestCommand(CliConsole console, Func<string, DeviceSession> open, IReadOnlyList<SelfTestCase> cases, CancellationToken cancellation)
        : base("selftest", "Check every op on a device against its double-precision reference: the first thing to run on a new one")
    {
        this.console = console;
        this.cases = cases;
        Options.Add(quick);
        Options.Add(filter);
        device = new DeviceOption(this, open);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Each line is a pass of an op at one shape: the largest error, the tolerance that float32's rounding explains, and pass or FAIL. A bug report",
        "carries the whole output.",
        "",
        "Examples:",
        "  gpunet selftest --device cuda:0 > selftest.txt",
        "  gpunet selftest --device opencl:0 --filter \"convolution, backward\"",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        string? wanted = parsed.GetValue(filter);
        var matching = cases.Where(test => wanted is null || test.ToString().Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (matching.Length == 0)
            throw new TrainingException($"--filter '{wanted}' matches none of the {cases.Count} cases, such as '{cases[0]}'. Shorten it, or leave it out to run them all.");
        using var session = device.Open(parsed);
        device.Announce(parsed, console, session);
        bool isSimulated = session.Kind == DeviceKind.SimulatedGpu;
        if (isSimulated && !parsed.GetValue(quick))
            console.Note("The simulated GPU runs thread by thread: small shapes only.");
        var chosen = isSimulated || parsed.GetValue(quick) ? [.. matching.Where(test => test.IsQuick)] : matching;
        if (chosen.Length == 0)
            throw new TrainingException($"--filter '{wanted}' matches no case of a small shape. Shorten it, or leave out --quick.");
        ShowHeader(session);
        return RunAll(session, chosen, cancellation);
    }

    private void ShowHeader(DeviceSession session)
    {
        var versions = Versions.Current;
        var taken = session.Description;
        (string, string)[] facts =
        [
            ("gpunet", $"{versions.GpuNet}, self-test"), ("Runtime", $"{versions.DotNet}, ILGPU {versions.Ilgpu}"), ("System", versions.OperatingSystem),
            ("Device", $"{taken.Id}, {taken.Name}, {Format.Megabytes(taken.MemoryBytes)}"), .. session.Facts,
        ];
        foreach (var (name, value) in facts)
            console.Show($"{name + ":",-14}{value.ReplaceLineEndings(" ")}");
        console.Show("");
    }

    private ExitCode RunAll(DeviceSession session, SelfTestCase[] chosen, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        int op = chosen.Max(test => test.Op.Length), pass = chosen.Max(test => test.Pass.Length), shape = chosen.Max(test => test.Shape.Length);
        console.Show($"{"Op".PadRight(op)}  {"Pass".PadRight(pass)}  {"Shape".PadRight(shape)}      Error  Tolerance");
        int passed = 0, failed = 0;
        bool alive = true;
        foreach (var test in chosen)
        {
            if (cancellation.IsCancellationRequested || !alive)
                break;
            // Before the case runs: if it takes the process down, its name is the last that is written.
            console.Output.Write($"{test.Op.PadRight(op)}  {test.Pass.PadRight(pass)}  {test.Shape.PadRight(shape)}  ");
            console.Output.Flush();
            var result = SelfTest.Run(session, test);
            console.Show($"{Text(result.Error),9}  {Text(result.Tolerance),9}  {(result.Passed ? "pass" : "FAIL")}");
            if (result.Passed)
            {
                passed++;
                continue;
            }
            failed++;
            console.Show($"    {result.Problem}");
            alive = result.Failure is null || SelfTest.IsAlive(session);
        }
        int left = chosen.Length - passed - failed;
        string notRun = left == 0 ? "" : $", {left} not run{(alive ? "" : ": the device no longer answers")}";
        console.Show("");
        console.Show($"{chosen.Length} {(chosen.Length == 1 ? "case" : "cases")} on {session.Description.Id} ({session.Description.Name}): {passed} passed, {failed} failed{notRun}; {Format.Time(watch.Elapsed)}");
        cancellation.ThrowIfCancellationRequested();
        return !alive ? ExitCode.Device : failed > 0 ? ExitCode.SelfTestFailed : ExitCode.Success;
    }

    private static string Text(double number) => number switch
    {
        0 => "0",
        _ when double.IsFinite(number) => number.ToString("0.00e-00", CultureInfo.InvariantCulture),
        _ when double.IsNaN(number) => "-",
        _ => "inf",
    };
}
