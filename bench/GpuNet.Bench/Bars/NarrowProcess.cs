using System.Diagnostics;
using System.Globalization;

namespace GpuNet.Bench.Bars;

/// <summary>This program once more, as a process that has AVX-512 switched off: the vector width cannot change inside one.</summary>
internal static class NarrowProcess
{
    /// <summary>Runs a command in it; its output goes where this process's goes.</summary>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="BenchException">It failed.</exception>
    public static void Run(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        // Under `dotnet GpuNet.Bench.dll` the process is dotnet.
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program, isHost ? [typeof(NarrowProcess).Assembly.Location, .. arguments] : arguments);
        start.Environment["DOTNET_EnableAVX512"] = "0";
        Console.Out.Flush();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"the measurement without AVX-512 ended with exit code {process.ExitCode}; its own message stands above. Run it alone: DOTNET_EnableAVX512=0 in the environment, then `bars --only cifar10`."));
    }
}
