using System.Diagnostics;

namespace GpuNet.Packages.Tests;

/// <summary>Runs <c>dotnet</c>, and what it has made, as somebody at a terminal would.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs <c>dotnet</c>; a failure fails the test.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="environment">Variables besides those that are set.</param>
    /// <param name="args">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    public static Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] args) => StartAsync("dotnet", folder, environment, args);

    /// <summary>Runs a program; a failure fails the test.</summary>
    /// <returns>What it wrote, errors included.</returns>
    public static async Task<string> StartAsync(string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What the build that started the test told its own processes is not for these.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // No process outlives the command: it would hold the streams open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        string command = $"{Path.GetFileName(program)} {string.Join(' ', args)}", written = await output + await error;
        TestContext.Out.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: {command}");
        Assert.That(process.ExitCode, Is.Zero, $"{command}:\n{written}");
        return written;
    }
}
