using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>peaks</c>: what the processor can do at best, the yardstick of every kernel: multiply-adds in registers on all cores and on one, and
/// copies of arrays that fit into no cache.
/// </summary>
internal sealed class PeaksCommand : Command
{
    private const int Repetitions = 15;
    private const int Rounds = 4_000_000;
    private const int CopiedFloats = 32 * 1024 * 1024;

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
        Print($"multiply-add, {all.Workers} cores, GFLOP/s", MultiplyAdd(all));
        Print("multiply-add, 1 core, GFLOP/s", MultiplyAdd(one));
        Print($"copy of {CopiedFloats * sizeof(float) / (1 << 20)} MiB, GB/s read + written", Copy(all));
        return 0;
    }

    private static double[] MultiplyAdd(DeviceSession session)
    {
        var launcher = new TileLauncher<MultiplyAddTile>(session);
        float[] sink = new float[session.Workers];
        return Speeds(session, () => launcher.Run(new(Rounds, sink)), MultiplyAddTile.Operations(Rounds, session.Workers, Simd.Width));
    }

    private static double[] Copy(DeviceSession session)
    {
        float[] source = new float[CopiedFloats], destination = new float[CopiedFloats];
        Array.Fill(source, 1f);
        var launcher = new TileLauncher<CopyTile>(session);
        return Speeds(session, () => launcher.Run(new(source, destination)), 2.0 * CopiedFloats * sizeof(float));
    }

    // In 10⁹ units of work a second, one for each repetition after a first that does not count.
    private static double[] Speeds(DeviceSession session, Action launch, double work)
    {
        var speeds = new double[Repetitions];
        for (int i = -1; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            launch();
            session.Synchronize();
            if (i >= 0)
                speeds[i] = work / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
        }

        return speeds;
    }

    private static void Print(string what, double[] speeds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-42}{Quartiles.Of(speeds).Median,8:F1}{speeds.Max(),10:F1}"));
}
