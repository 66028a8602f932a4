using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GpuNet.Bench.Measurement;
using GpuNet.Bench.Peers;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary><c>peers</c>: GpuNet's training step on the processor against PyTorch's, in turns, in one run.</summary>
internal sealed class PeersCommand : Command
{
    private const int WarmUp = 10;

    // The other side has filled the caches and let this one's threads go to sleep, and its own may spin on for tens of milliseconds.
    private const int LeadIn = 5;

    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();
    private readonly Option<int> rounds = CommonOptions.AtLeastOne("--rounds", "Rounds: a block of steps of each side", 15);
    private readonly Option<int> steps = CommonOptions.AtLeastOne("--steps", "Timed steps in a block", 10);
    private readonly Option<string> python = new("--python") { Description = "A Python that has PyTorch", DefaultValueFactory = _ => "/usr/bin/python3" };

    public PeersCommand() : base("peers", "Times the training step on the processor against PyTorch's, in turns")
    {
        Options.Add(model);
        Options.Add(batch);
        Options.Add(rounds);
        Options.Add(steps);
        Options.Add(python);
        SetAction(parsed => Run(parsed.GetValue(model)!, parsed.GetValue(batch), parsed.GetValue(rounds), parsed.GetValue(steps), parsed.GetValue(python)!));
    }

    private static int Run(string model, int batch, int rounds, int steps, string python)
    {
        int threads = Environment.ProcessorCount;
        using var session = DeviceSession.OpenCpu(threads);
        using var ours = new TrainingStep(session, model, batch);
        Console.WriteLine($"Training step of {model}, batch {batch}: forward, backward, update; images in memory. {Counted.Of(rounds, "round")} of {Counted.Of(steps, "step")} a side, in turns.");
        Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
        Console.WriteLine($"GpuNet    {Machine.Software}; {Counted.Of(session.Workers, "thread")}");
        using var theirs = PeerProcess.Start(python, model, batch, threads);
        Describe(theirs.Facts);
        RequireSameNetwork(ours, theirs);
        Console.WriteLine();

        ours.Time(WarmUp);
        theirs.Time(WarmUp);
        var report = new PeersReport(batch);
        Console.WriteLine(PeersReport.Header);
        for (int round = 0; round < rounds; round++)
        {
            ours.Time(LeadIn);
            double ourTime = PerStep("GpuNet", ours.Time(steps), steps);
            theirs.Time(LeadIn);
            double theirTime = PerStep("PyTorch", theirs.Time(steps), steps);
            Console.WriteLine(report.Add(ourTime, theirTime));
        }

        Console.WriteLine();
        foreach (string line in report.Lines())
            Console.WriteLine(line);
        Console.WriteLine($"load at the end: {Machine.Load}");
        return 0;
    }

    private static void Describe(JsonElement facts)
    {
        Console.WriteLine($"PyTorch   {facts.GetProperty("torch")}, Python {facts.GetProperty("python")}, oneDNN {(facts.GetProperty("onednn").GetBoolean() ? "on" : "off")}; {Counted.Of(facts.GetProperty("threads").GetInt32(), "thread")}; {facts.GetProperty("options").GetString()}");
        foreach (var way in facts.GetProperty("trial").EnumerateObject())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          tried: {way.Value.GetDouble(),8:F2} ms  {way.Name}"));
    }

    private static void RequireSameNetwork(TrainingStep ours, PeerProcess theirs)
    {
        long here = ours.Network.Parameters.Sum(parameter => parameter.Shape.Length);
        long there = theirs.Facts.GetProperty("parameters").GetInt64();
        if (here != there)
            throw new BenchException($"the networks differ: {here} parameters in GpuNet, {there} in PyTorch; a comparison needs the same. Correct bench/peers/train_step.py.");
    }

    private static double PerStep(string who, (double Milliseconds, double Loss) block, int steps) => double.IsFinite(block.Loss)
        ? block.Milliseconds / steps
        : throw new BenchException($"{who}'s loss became {block.Loss.ToString(CultureInfo.InvariantCulture)}; a step that computes no numbers is not worth timing. Run fewer rounds or lower the rate on both sides.");
}
