using System.Runtime.InteropServices;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;

namespace GpuNet.Cli;

internal static class Program
{
    public static int Main(string[] args)
    {
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        return Run(args, new CliConsole(Console.Out, Console.Error), DeviceCatalog.Open, cancellation.Token);

        // The first signal asks the command to end; a second one ends the process at once.
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        }
    }

    /// <summary>Runs a command without touching the process's own streams; opens devices through <paramref name="open"/> if that is given.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error, Func<string, DeviceSession>? open = null, CancellationToken cancellation = default) =>
        Run(args, new CliConsole(output, error), open ?? DeviceCatalog.Open, cancellation);

    private static int Run(string[] args, CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation) =>
        (int)new CommandLine(console, open, cancellation).Run(args);
}
