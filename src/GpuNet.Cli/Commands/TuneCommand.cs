using System.CommandLine;
using System.Globalization;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Recipes;
using GpuNet.Training.Tuning;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet tune</c>: measures which tiles are fastest for a model's matrix products on a device, and keeps the winners for later runs.</summary>
internal sealed class TuneCommand : Command, INotedCommand
{
    private const int Rounds = 7;

    private readonly CliConsole console;
    private readonly InputOptions input;
    private readonly Option<string?> filter = OptionFactory.Text("--filter", "TEXT", "Only layers whose name has this text, in any case");
    private readonly Option<int?> rounds = OptionFactory.Whole<int>("--rounds", $"Turns that each way to compute a product takes [default: {Rounds}]", "a whole number, 1 or more");
    private readonly DeviceOption device;

    public TuneCommand(CliConsole console, Func<string, DeviceSession> open, CancellationToken cancellation)
        : base("tune", "Measure which tiles are fastest for a model's matrix products on a GPU, and keep the winners for later runs")
    {
        this.console = console;
        input = new InputOptions(this);
        Options.Add(filter);
        Options.Add(rounds);
        device = new DeviceOption(this, open);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "The winners count for the device, its driver and the sizes that were measured: tune with the batch that you train with. Every command that opens the",
        "device takes them from the tuning file, in the user's cache folder or in the folder that the environment variable GPUNET_TUNING names.",
        "",
        "Examples:",
        "  gpunet tune --device cuda:0",
        "  gpunet tune --model cifar10_full --batch 64 --input 1x28x28 --device opencl:0",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        int turns = parsed.GetValue(rounds) ?? Rounds;
        NetworkTuner.ThrowIfInvalid(turns);
        var (chosen, network) = input.Build(parsed);
        string? wanted = parsed.GetValue(filter);
        bool IsWanted(Layer layer) => wanted is null || layer.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase);
        if (!network.Layers.Any(layer => layer is Convolution or InnerProduct && IsWanted(layer)))
            throw new TrainingException($"--filter '{wanted}' matches no convolution or inner product of {chosen.Name}: {string.Join(", ", network.Layers.Where(layer => layer is Convolution or InnerProduct).Select(layer => layer.Name))}. Name one of them.");
        using var session = device.OpenUntuned(parsed);
        ProductTuner.ThrowIfNotTunable(session);
        device.Announce(parsed, console, session);
        string path = TuningFile.PathOf(session);
        TuningFile.ThrowIfNotWritable(path);
        var timings = new List<LayerTiming>();
        try
        {
            foreach (var timing in NetworkTuner.Measure(session, network, turns, IsWanted, cancellation))
            {
                timings.Add(timing);
                console.Note($"{timing.Layer}, {timing.Timing.Pass}: {timing.Timing.Candidates} ways measured, {timing.Timing.Best.Describe()} {Ratio(timing.Timing)}");
            }
        }
        finally
        {
            // What was measured before a cancellation or a failure counts too.
            if (timings.Count > 0)
            {
                Show(chosen, network, session, timings, turns);
                TuningFile.Write(session, path, Merge(session, path, timings));
                console.Show($"Tuning file: {path}");
            }
        }

        return ExitCode.Success;
    }

    private void Show(Model chosen, NetworkBuilder network, DeviceSession session, List<LayerTiming> timings, int turns)
    {
        var image = network.Input.Shape;
        console.Show($"Matrix products of {chosen.Name}, batch {image.N} of {image.C}×{image.H}×{image.W}, device {session.Description.Id} ({session.Description.Name}); medians of {turns} rounds");
        console.Show(
            ["Layer", "Pass", "Product", "Default", "ms", "Fastest", "ms", "Gain"],
            timings.Select(entry => (string[])
            [
                entry.Layer, entry.Timing.Pass, Product(entry.Timing.Best), entry.Timing.Default.Describe(), Milliseconds(entry.Timing.DefaultMilliseconds),
                entry.Timing.Best.Describe(), Milliseconds(entry.Timing.BestMilliseconds), Ratio(entry.Timing),
            ]));
        double before = timings.Sum(entry => entry.Timing.DefaultMilliseconds), after = timings.Sum(entry => entry.Timing.BestMilliseconds);
        console.Show($"All: {Milliseconds(before)} ms by default, {Milliseconds(after)} ms tuned.");
    }

    // New winners beside those of other models; what is broken or of another driver is replaced.
    private IReadOnlyList<TunedProduct> Merge(DeviceSession session, string path, List<LayerTiming> timings)
    {
        TunedProduct[] winners = [.. timings.Select(entry => entry.Timing.Best)];
        if (!File.Exists(path))
            return winners;
        try
        {
            var measured = winners.Select(KeyOf).ToHashSet();
            return [.. TuningFile.Read(session, path).Where(old => !measured.Contains(KeyOf(old))), .. winners];
        }
        catch (TuningException error)
        {
            console.Warn($"{error.Message} It is replaced.");
            return winners;
        }
    }

    private static (string, int, int, int, int) KeyOf(TunedProduct product) => (product.Op, product.Groups, product.Rows, product.Columns, product.Depth);

    private static string Product(TunedProduct product) => $"{product.Op} {(product.Groups > 1 ? $"{product.Groups}× " : "")}{product.Rows}×{product.Columns}×{product.Depth}";

    private static string Milliseconds(double time) => time.ToString("F3", CultureInfo.InvariantCulture);

    private static string Ratio(ProductTiming timing) => string.Create(CultureInfo.InvariantCulture, $"×{timing.DefaultMilliseconds / timing.BestMilliseconds:F2}");
}
