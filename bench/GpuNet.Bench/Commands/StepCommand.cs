using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Commands;

/// <summary><c>step</c>: where the time of a training step goes, layer by layer and pass by pass.</summary>
internal sealed class StepCommand : Command
{
    private const int WarmUp = 5;

    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();
    private readonly Option<int> steps = CommonOptions.AtLeastOne("--steps", "Steps that are timed, after a warm-up", 30);
    private readonly Option<string> device = CommonOptions.Device();

    public StepCommand() : base("step", "Times the training step layer by layer and pass by pass")
    {
        Options.Add(model);
        Options.Add(batch);
        Options.Add(steps);
        Options.Add(device);
        SetAction(parsed => Run(parsed.GetValue(model)!, parsed.GetValue(batch), parsed.GetValue(steps), parsed.GetValue(device)!));
    }

    private static int Run(string model, int batch, int steps, string device)
    {
        using var session = DeviceCatalog.Open(device);
        Console.WriteLine($"Training step of {model}, batch {batch}, layer by layer: medians of {steps} steps.");
        Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
        Console.WriteLine($"software  {Machine.Software}");
        Console.WriteLine($"device    {session.Description.Id}, {session.Description.Name}");
        Console.WriteLine();

        List<LayerTimer> timers = [];
        using var timed = new TrainingStep(session, model, batch, (layer, inner) =>
        {
            timers.Add(new LayerTimer(session, layer, inner));
            return timers[^1];
        });
        using var whole = new TrainingStep(session, model, batch);
        timed.Time(WarmUp);
        whole.Time(WarmUp);
        timers.ForEach(timer => timer.Clear());

        // In turns, so that a disturbance hits both.
        List<double> wholes = [];
        List<double> updates = [];
        for (int i = 0; i < steps; i++)
        {
            wholes.Add(whole.Time(1).Milliseconds);
            timed.RunPasses();
            long start = Stopwatch.GetTimestamp();
            timed.Update();
            session.Synchronize();
            updates.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Print(timers, Quartiles.Of(updates).Median, Quartiles.Of(wholes).Median);
        return 0;
    }

    private static void Print(IReadOnlyList<LayerTimer> timers, double update, double whole)
    {
        double sum = update + timers.Sum(timer => MedianOf(timer.ForwardTimes) + MedianOf(timer.BackwardTimes));
        Row("layer", "kind", "output", "forward ms", "GFLOP/s", "backward ms", "GFLOP/s", "% of step");
        foreach (var timer in timers)
        {
            double forward = MedianOf(timer.ForwardTimes);
            double backward = MedianOf(timer.BackwardTimes);
            Row(timer.Name, timer.Kind, timer.Output.ToString(), Number(forward, 3), Rate(timer.ForwardFlops, forward), Number(backward, 3), Rate(timer.BackwardFlops, backward), Number(100 * (forward + backward) / sum, 1));
        }

        Row("update", "", "", Number(update, 3), "", "", "", Number(100 * update / sum, 1));
        double flops = timers.Sum(timer => timer.ForwardFlops + timer.BackwardFlops);
        Row("sum", "", "", Number(sum, 3), Rate(flops, sum), "", "", "100.0");
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The step without timers: {whole:F3} ms, {flops / whole / 1e6:F1} GFLOP/s. GFLOP/s count products with padding too."));
    }

    private static void Row(string name, string kind, string output, string forward, string forwardRate, string backward, string backwardRate, string share) =>
        Console.WriteLine($"{name,-10}{kind,-20}{output,-16}{forward,12}{forwardRate,10}{backward,14}{backwardRate,10}{share,12}");

    // A layer below everything that learns has no backward pass.
    private static double MedianOf(List<double> times) => times.Count > 0 ? Quartiles.Of(times).Median : 0;

    private static string Rate(double flops, double milliseconds) => flops > 0 ? Number(flops / milliseconds / 1e6, 1) : "";

    private static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
