using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Reports;

namespace GpuNet.Bench.Measurement;

/// <summary>What a figure was measured on: a speed without its machine says nothing.</summary>
internal static class Machine
{
    /// <summary>The processor: its name, cores and SIMD width.</summary>
    public static string Processor => $"{ProcessorName()}, {Counted.Of(Environment.ProcessorCount, "core")}, {Simd.Description}";

    /// <summary>GpuNet's version and what it runs on.</summary>
    public static string Software
    {
        get
        {
            var versions = Versions.Current;
            return $"GpuNet {versions.GpuNet}, {versions.DotNet}, ILGPU {versions.Ilgpu}, {versions.OperatingSystem}";
        }
    }

    /// <summary>The load averages over 1, 5 and 15 minutes, where the system tells them: above what the measurement itself takes, others were at work.</summary>
    public static string Load => ReadFirstLine("/proc/loadavg") is { } line ? string.Join(' ', line.Split(' ').Take(3)) : "unknown";

    private static string ProcessorName()
    {
        const string key = "model name";
        try
        {
            string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
            return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
        }
        catch (IOException)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }

    private static string? ReadFirstLine(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
