using System.Globalization;

namespace GpuNet.Kernels.Devices;

/// <summary>The memory of this machine that is left for tensors on the processor.</summary>
internal static class HostMemory
{
    private const string Machine = "/proc/meminfo", Available = "MemAvailable:";

    /// <summary>
    /// Bytes left: of what the runtime may use (a container's limit, or the machine's memory) less what this process has, and at most what the machine can
    /// give without swapping, where it says so.
    /// </summary>
    public static long FreeBytes => Math.Max(0, Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet, AvailableBytes()));

    private static long AvailableBytes()
    {
        try
        {
            foreach (string line in File.ReadLines(Machine))
            {
                // Such as "MemAvailable:   16384 kB".
                if (line.StartsWith(Available, StringComparison.Ordinal) && long.TryParse(line[Available.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long kilobytes))
                    return kilobytes * 1024;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not Linux.
        }

        return long.MaxValue;
    }
}
