using System.CommandLine;
using System.Globalization;
using GpuNet.Bench.Measurement;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>pictures</c>: whether a folder of pictures is decoded faster than a network trains. The two take turns, each with all cores to itself. It fails if the
/// network is faster.
/// </summary>
internal sealed class PicturesCommand : Command
{
    private const int BatchesOfARound = 4;

    private readonly Option<string> data = new("--data") { Description = "The folder with train/CLASS/FILE and val/CLASS/FILE", HelpName = "DIR", Required = true };
    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<int> batch = CommonOptions.Batch();
    private readonly Option<int> workers = CommonOptions.AtLeastOne("--workers", "Threads that decode", Environment.ProcessorCount);
    private readonly Option<int> rounds = CommonOptions.AtLeastOne("--rounds", "Turns of each", 7);
    private readonly Option<string> device = CommonOptions.Device();

    public PicturesCommand() : base("pictures", "Holds the decoding of pictures against a network's training step; fails if the step is faster")
    {
        foreach (Option option in new Option[] { data, model, batch, workers, rounds, device })
            Options.Add(option);
        SetAction(parsed => Run(
            parsed.GetValue(data)!, ModelCatalog.Find(parsed.GetValue(model)!), parsed.GetValue(batch), parsed.GetValue(workers), parsed.GetValue(rounds), parsed.GetValue(device)!));
    }

    private static int Run(string data, Model model, int batch, int workers, int rounds, string device)
    {
        var set = (PictureSet)PictureFolder.Open(data, new PictureOptions { Workers = workers, Skipped = Console.Error.WriteLine }).Train;
        var source = new PictureTimer(set, batch, new Size2D(model.Image.H, model.Image.W), RecipeCatalog.ForModel(model.Name).Training.Mirror);
        // Before the network takes its memory: what is wrong with the set ends the run here, and the files get into the system's cache.
        source.Time(BatchesOfARound);
        using var session = DeviceCatalog.Open(device);
        using var step = new TrainingStep(session, model.Name, batch);
        step.Time(1);
        Console.WriteLine($"Decoding of {Counted.Of(set.Count, "picture")} on {Counted.Of(workers, "thread")}, and the training step of {model.Name}, batch {batch}: medians of {Counted.Of(rounds, "round")} of {BatchesOfARound} batches.");
        Console.WriteLine($"machine   {Machine.Processor}; load {Machine.Load}");
        Console.WriteLine($"device    {session.Description.Id}, {session.Description.Name}");
        Console.WriteLine();
        var decoded = new double[rounds];
        var trained = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            decoded[round] = PerSecond(source.Time(BatchesOfARound), batch);
            trained[round] = PerSecond(step.Time(BatchesOfARound).Milliseconds, batch);
        }

        double ratio = Print(decoded, trained);
        Console.WriteLine();
        Console.WriteLine(ratio >= 1 ? "OK: pictures are decoded faster than the network trains." : "FAILED: the network trains faster than pictures are decoded.");
        return ratio >= 1 ? BenchTool.Success : BenchTool.Failure;
    }

    private static double PerSecond(double milliseconds, int batch) => BatchesOfARound * batch * 1000.0 / milliseconds;

    // In Markdown, as `peers` has it. Returns the median of the ratios of each round.
    private static double Print(double[] decoded, double[] trained)
    {
        var ratio = Quartiles.Of(decoded.Zip(trained, (source, network) => source / network));
        Console.WriteLine("|                            | median | quartiles     |");
        Console.WriteLine("|----------------------------|-------:|--------------:|");
        Row("decoded, pictures/s", Quartiles.Of(decoded), "F0");
        Row("trained, images/s", Quartiles.Of(trained), "F0");
        Row("decoded/trained, by rounds", ratio, "F2");
        return ratio.Median;

        static void Row(string what, Quartiles values, string format)
        {
            string spread = $"{values.Lower.ToString(format, CultureInfo.InvariantCulture)}–{values.Upper.ToString(format, CultureInfo.InvariantCulture)}";
            Console.WriteLine($"| {what,-26} | {values.Median.ToString(format, CultureInfo.InvariantCulture),6} | {spread,13} |");
        }
    }
}
