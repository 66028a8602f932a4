using System.Runtime.InteropServices;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Verification;

namespace GpuNet.Cli;

internal static class Program
{
    public static int Main(string[] args)
    {
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        return Run(args, new CliConsole(Console.Out, Console.Error), DeviceCatalog.Open, SelfTest.Cases, cancellation.Token);

        // The first signal asks the command to end; a second one ends the process at once.
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        }
    }

    /// <summary>Runs a command without touching the process's own streams; opens devices through <paramref name="open"/> and tests them by
    /// <paramref name="selfTest"/> if those are given.</summary>
    public static int Run(
        string[] args, TextWriter output, TextWriter error, Func<string, DeviceSession>? open = null, IReadOnlyList<SelfTestCase>? selfTest = null, CancellationToken cancellation = default) =>
        Run(args, new CliConsole(output, error), open ?? DeviceCatalog.Open, selfTest ?? SelfTest.Cases, cancellation);

    private static int Run(string[] args, CliConsole console, Func<string, DeviceSession> open, IReadOnlyList<SelfTestCase> selfTest, CancellationToken cancellation) =>
        (int)new CommandLine(console, open, selfTest, cancellation).Run(args);
}
