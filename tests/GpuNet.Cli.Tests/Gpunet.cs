using System.Diagnostics;
using GpuNet.Kernels.Devices;

namespace GpuNet.Cli.Tests;

/// <summary>Runs the tool: in this process, or as a process of its own.</summary>
internal static class Gpunet
{
    /// <summary>How long a process may take, on the busiest machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static CommandResult Run(params string[] args) => RunOn(null, args);

    /// <summary>Runs it with devices, and cases of the self-test, of the test's own.</summary>
    public static CommandResult RunOn(Func<string, DeviceSession>? open, string[] args, IReadOnlyList<SelfTestCase>? selfTest = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run(args, output, error, open, selfTest);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Sends a process a signal, such as <c>TERM</c>.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts a process; <paramref name="whileItRuns"/> may signal it.</summary>
    public static async Task<CommandResult> StartAsync(string folder, string[] args, Func<Process, Task>? whileItRuns = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            if (whileItRuns is not null)
                await whileItRuns(process);
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return new(process.ExitCode, await output, await error);
    }
}
