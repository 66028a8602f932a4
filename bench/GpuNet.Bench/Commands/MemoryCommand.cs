using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>memory</c>: what a training iteration (load the batch, step, read the loss) takes of the device's memory and of the managed heap. It
/// fails if the device's memory, or the managed memory that is still in use after a collection, grows after the first iterations.
/// </summary>
internal sealed class MemoryCommand : Command
{
    // What the runtime may keep for itself: tables of timers, threads, compiled methods.
    private const long Tolerance = 8192;

    // With these a leak of 103 bytes an iteration passes the tolerance; with the default, one of 21, which is less than the smallest object.
    private const int LeastIterations = 100;
    private const int Iterations = 500;

    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();
    private readonly Option<int> iterations = CommonOptions.Whole(
        "--iterations", "Iterations", Iterations, LeastIterations, reason: "over fewer a leak cannot be told from what the runtime keeps for itself");
    private readonly Option<string> device = CommonOptions.Device();

    public MemoryCommand() : base("memory", "Shows device and managed bytes iteration by iteration; fails if they grow")
    {
        Options.Add(model);
        Options.Add(batch);
        Options.Add(iterations);
        Options.Add(device);
        SetAction(parsed => Run(parsed.GetValue(model)!, parsed.GetValue(batch), parsed.GetValue(iterations), parsed.GetValue(device)!));
    }

    private static int Run(string model, int batch, int iterations, string device)
    {
        using var session = DeviceCatalog.Open(device);
        using var step = new TrainingStep(session, model, batch);
        Console.WriteLine($"Memory of {model}, batch {batch}, on {session.Description.Id}, over {Counted.Of(iterations, "iteration")}: load the batch, step, read the loss.");
        Console.WriteLine($"plan: {step.Network.MemoryPlan}");
        Console.WriteLine();
        Console.WriteLine($"{"iteration",10}{"device bytes",16}{"managed bytes allocated",26}{"managed bytes in use",24}");

        long[] deviceBytes = new long[iterations];
        long[] allocated = new long[iterations];
        long[] inUse = new long[iterations];
        for (int i = 0; i < iterations; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            step.LoadBatch();
            step.Run();
            step.Network.ReadLoss();
            allocated[i] = GC.GetTotalAllocatedBytes(precise: true) - before;
            deviceBytes[i] = session.AllocatedBytes;
            inUse[i] = GC.GetTotalMemory(forceFullCollection: true);
        }

        for (int i = 0; i < iterations; i++)
        {
            if (i < 5 || (i + 1) % Math.Max(1, iterations / 10) == 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i,10}{deviceBytes[i],16:N0}{allocated[i],26:N0}{inUse[i],24:N0}"));
        }

        return Judge(deviceBytes, allocated, inUse) ? 0 : 1;
    }

    private static bool Judge(long[] deviceBytes, long[] allocated, long[] inUse)
    {
        // The first fifth is warm-up: the runtime compiles, and ILGPU fills its tables.
        int warm = inUse.Length / 5;
        long deviceGrowth = deviceBytes[^1] - deviceBytes[0];
        long growth = inUse[^1] - inUse[warm];
        bool steady = deviceGrowth == 0 && growth <= Tolerance;
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"device memory after the first iteration: {deviceGrowth:+#,0;-#,0;0} bytes"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"managed memory in use from iteration {warm} to the last: {growth:+#,0;-#,0;0} bytes ({Tolerance:N0} are allowed)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"managed bytes allocated an iteration, and soon collected: {Quartiles.Of(allocated.Skip(warm).Select(bytes => (double)bytes)).Median:N0} (median); ILGPU's launches take them"));
        Console.WriteLine(steady ? string.Create(CultureInfo.InvariantCulture, $"OK: nothing grows; a leak of more than {Tolerance / (inUse.Length - 1 - warm)} bytes an iteration would show.") : "FAILED: memory grows.");
        return steady;
    }
}
