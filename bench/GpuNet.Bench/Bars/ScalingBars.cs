using GpuNet.Bench.Kernels;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Bars;

/// <summary>Measures how much faster two workers are than one, in turns: the share is the speed of two as a share of the speed of one.</summary>
internal sealed class ScalingBars : IDisposable
{
    /// <summary>The workers that are compared with one.</summary>
    public const int Workers = 2;

    /// <summary>The training step's name.</summary>
    public const string Step = "2 workers : 1, cifar10_quick";

    /// <summary>The convolution's name.</summary>
    public const string Layer = "2 workers : 1, cifar10 conv2";

    private const string Model = "cifar10_quick";
    private const int Batch = 100;
    private const double LeastPeakScaling = 1.85;

    private readonly int rounds;
    private readonly DeviceSession one = DeviceSession.OpenCpu(1);
    private readonly DeviceSession two;
    private readonly DevicePeaks onePeaks;
    private readonly DevicePeaks twoPeaks;

    /// <summary>Opens the sessions.</summary>
    public ScalingBars(int rounds)
    {
        this.rounds = rounds;
        two = DeviceSession.OpenCpu(Workers);
        (onePeaks, twoPeaks) = (new DevicePeaks(one), new DevicePeaks(two));
    }

    /// <summary>What the convolution is.</summary>
    public static KernelCase Case { get; } = ConvolutionCase.All.First(layer => layer.Name == "cifar10 conv2");

    /// <summary>The training step.</summary>
    public BarRow MeasureStep()
    {
        using var alone = new TrainingStep(one, Model, Batch);
        using var together = new TrainingStep(two, Model, Batch);
        alone.Time(2);
        together.Time(2);
        // In 10⁻⁹ images, so that the speed is in images a second.
        return Row(Step, "step", Batch * 1e9, "images/s", () => together.Time(1).Milliseconds, () => alone.Time(1).Milliseconds);
    }

    /// <summary>Passes of the convolution.</summary>
    public IEnumerable<BarRow> MeasureLayer(IReadOnlyList<KernelPass> wanted)
    {
        const int calls = 2;
        using var oneMemory = new KernelMemory(one);
        using var twoMemory = new KernelMemory(two);
        var (oneClock, twoClock) = (new DeviceClock(one), new DeviceClock(two));
        foreach (var (alone, together) in Case.Open(oneMemory).Zip(Case.Open(twoMemory)).Where(pair => wanted.Contains(pair.First.Pass)))
        {
            KernelBars.TimeOf(oneClock, alone, calls);
            KernelBars.TimeOf(twoClock, together, calls);
            yield return Row(
                Layer, KernelBars.LabelOf(alone.Pass), Case.AmountOf(alone.Pass), "GFLOP/s", () => KernelBars.TimeOf(twoClock, together, calls), () => KernelBars.TimeOf(oneClock, alone, calls));
        }
    }

    public void Dispose()
    {
        one.Dispose();
        two.Dispose();
    }

    private BarRow Row(string name, string pass, double amount, string unit, Func<double> together, Func<double> alone) =>
        new(name, pass, Turns.Take(amount, rounds, together, () => new(Turns.SpeedOf(amount, alone()), IsSteady())), unit, Bar.Scaling);

    // Two workers that the system keeps on one core for a while scale in nothing.
    private bool IsSteady() => Yardstick.Of(twoPeaks.MultiplyAdd()) is { IsSteady: true } together && together.Speed >= LeastPeakScaling * onePeaks.MultiplyAdd().Speed;
}
