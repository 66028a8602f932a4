using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Training;
using GpuNet.Training.Recipes;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>peak-memory</c>: how much the process grows while a network is compiled on the processor and while it trains, held against the memory plan that
/// <c>gpunet train</c> prints. A network of batch 1 is trained first, so that what the runtime, ILGPU and compiled methods take does not count.
/// It fails if the peak is more than a tenth off the plan.
/// </summary>
internal sealed class PeakMemoryCommand : Command
{
    private const double Tolerance = 0.1;
    private const int Steps = 3;

    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();

    public PeakMemoryCommand() : base("peak-memory", "Holds the process's peak memory while it trains against the memory plan; fails if they are a tenth apart")
    {
        Options.Add(model);
        Options.Add(batch);
        SetAction(parsed => Run(parsed.GetValue(model)!, parsed.GetValue(batch)));
    }

    private static int Run(string model, int batch)
    {
        if (!ResidentMemory.IsKnown)
            throw new BenchException("peak-memory: only Linux says what a process takes of the machine's memory. Run it there.");
        using var session = DeviceCatalog.Open("cpu");
        using (var small = new TrainingStep(session, model, 1))
            small.Time(Steps);
        ResidentMemory.Trim();
        long before = ResidentMemory.Bytes;
        ResidentMemory.ResetPeak();
        using var step = new TrainingStep(session, model, batch);
        long compiled = ResidentMemory.PeakBytes - before;
        ResidentMemory.Trim();
        ResidentMemory.ResetPeak();
        step.Time(Steps);
        long trained = ResidentMemory.PeakBytes - before;

        // The batch waits in host memory, as pixels.
        var plan = TrainingMemory.Of(step.Network.MemoryPlan, RecipeCatalog.ForModel(model).Training with { IterationSize = 1 }, step.Network.Input.Length * sizeof(float));
        Console.WriteLine($"Memory of {model}, batch {batch}, on {session.Description.Id}.");
        Console.WriteLine($"plan: {plan}");
        Say("arenas", session.HeldBytes, plan.Total);
        Say("process, peak of compiling", compiled, plan.Total);
        Say($"process, peak of {Counted.Of(Steps, "training step")}", trained, plan.Total);
        bool isNear = Math.Abs(trained - plan.Total) <= Tolerance * plan.Total;
        Console.WriteLine(isNear ? "OK: within a tenth of the plan." : "FAILED: more than a tenth off the plan.");
        return isNear ? 0 : 1;
    }

    private static void Say(string what, long bytes, long plan) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {bytes / 1e6:F1} MB, {100.0 * (bytes - plan) / plan:+0.0;-0.0;0.0} % of the plan"));
}
