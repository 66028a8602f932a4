using System.Globalization;

namespace GpuNet.Kernels.Devices;

/// <summary>The memory of this machine that is left for tensors on the processor.</summary>
internal static class HostMemory
{
    /// <summary>
    /// Bytes left: of what the runtime may use (a container's limit, or the machine's memory) less what this process has, and at most what the machine can
    /// give without swapping, where it says so.
    /// </summary>
    public static long FreeBytes => Math.Max(0, Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet, Read("/proc/meminfo", "MemAvailable:") ?? long.MaxValue));

    /// <summary>Bytes that a file of Linux's kernel gives in a line such as "MemAvailable:   16384 kB".</summary>
    /// <param name="file">The file.</param>
    /// <param name="key">How the line begins.</param>
    /// <returns>The bytes; null where there is no such file or line.</returns>
    public static long? Read(string file, string key)
    {
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                if (line.StartsWith(key, StringComparison.Ordinal) && long.TryParse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long kilobytes))
                    return kilobytes * 1024;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not Linux.
        }

        return null;
    }
}
