using System.Diagnostics;

namespace GpuNet.Cli.Tests;

/// <summary>Commands of the operating system that need a privilege.</summary>
internal static class HostCommand
{
    /// <summary>Runs one; where that is not possible, the test is skipped, visibly.</summary>
    public static void RunOrSkip(string program, params string[] args)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore($"{program} is Linux's.");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                Assert.Ignore($"{program} {string.Join(' ', args)}: {error.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Assert.Ignore($"{program}: {missing.Message}");
        }
    }

    /// <summary>Runs one that undoes another.</summary>
    public static void Undo(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        process.WaitForExit();
    }
}
