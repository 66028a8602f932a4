using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>peaks</c>: what the processor can do at best, the yardstick of every kernel: multiply-adds in registers on all cores and on one, and
/// copies of arrays that fit into no cache.
/// </summary>
internal sealed class PeaksCommand : Command
{
    private const int Repetitions = 15;

    public PeaksCommand() : base("peaks", "Measures the processor's multiply-add peak and the memory's copy bandwidth")
    {
        SetAction(_ => Run());
    }

    private static int Run()
    {
        Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
        Console.WriteLine($"software  {Machine.Software}");
        Console.WriteLine();
        Console.WriteLine($"{"",-42}{"median",8}{"best",10}");
        using var all = DeviceSession.OpenCpu();
        using var one = DeviceSession.OpenCpu(1);
        var (allPeaks, onePeaks) = (new DevicePeaks(all), new DevicePeaks(one));
        Print($"multiply-add, {Counted.Of(all.Workers, "core")}, GFLOP/s", Speeds(() => allPeaks.MultiplyAdd().Speed));
        Print("multiply-add, 1 core, GFLOP/s", Speeds(() => onePeaks.MultiplyAdd().Speed));
        Print($"copy of {DevicePeaks.CopiedBytes >> 20} MiB, GB/s read + written", Speeds(allPeaks.Copy));
        return 0;
    }

    // In 10⁹ units of work a second, one for each repetition after a first that does not count.
    private static double[] Speeds(Func<double> measure)
    {
        measure();
        return [.. Enumerable.Range(0, Repetitions).Select(_ => measure())];
    }

    private static void Print(string what, double[] speeds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-42}{Quartiles.Of(speeds).Median,8:F1}{speeds.Max(),10:F1}"));
}
