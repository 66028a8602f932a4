using System.Diagnostics;
using System.Globalization;

namespace GpuNet.Bench.Bars;

/// <summary>This program once more, as a process that has wide vectors switched off: the vector width cannot change inside one.</summary>
internal static class NarrowProcess
{
    /// <summary>Runs a command in it.</summary>
    /// <param name="width">Its vector width.</param>
    /// <param name="line">Gets each line of its output as it comes; its errors go where this process's go.</param>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="BenchException">It failed.</exception>
    public static void Run(NarrowWidth width, Action<string> line, params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        // Under `dotnet GpuNet.Bench.dll` the process is dotnet.
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program, isHost ? [typeof(NarrowProcess).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Console.OutputEncoding,
        };
        start.Environment[width.Switch] = "0";
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } text)
            line(text);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"the measurement at {width.Bits} bits ended with exit code {process.ExitCode}; its own message stands above. Run it alone: {width.Switch}=0 in the environment, then `bars --only cifar10`."));
    }
}
