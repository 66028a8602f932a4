using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Measurement;

/// <summary>What of this process lies in the machine's memory, as Linux counts it.</summary>
internal static class ResidentMemory
{
    private const string Status = "/proc/self/status", Reset = "/proc/self/clear_refs";

    /// <summary>Whether it can be measured here.</summary>
    public static bool IsKnown => File.Exists(Reset);

    /// <summary>Bytes now.</summary>
    public static long Bytes => Read("VmRSS:");

    /// <summary>The most bytes since <see cref="ResetPeak"/>.</summary>
    public static long PeakBytes => Read("VmHWM:");

    /// <summary>Begins a new peak, at what there is now.</summary>
    public static void ResetPeak() => File.WriteAllText(Reset, "5");

    /// <summary>Gives back what is free: garbage, and what the C library keeps for later.</summary>
    public static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc.
        }
    }

    private static long Read(string key) => HostMemory.Read(Status, key) ?? throw new BenchException($"resident memory: {Status} has no line {key} of a number of kB.");

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimHeap(nint padding);
}
