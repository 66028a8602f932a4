using GpuNet.Bench.Kernels;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Bars;

/// <summary>Measures ops against the peak or the copy of a CPU session.</summary>
/// <param name="session">The session.</param>
/// <param name="rounds">Rounds of each measurement.</param>
internal sealed class KernelBars(DeviceSession session, int rounds)
{
    // As long as the yardstick, or longer.
    private const double RoundMilliseconds = 3;

    private readonly DevicePeaks peaks = new(session);
    private readonly DeviceClock clock = new(session);

    /// <summary>10⁹ operations a second of every round's yardstick.</summary>
    public List<double> Peaks { get; } = [];

    /// <summary>10⁹ bytes a second of every round's yardstick.</summary>
    public List<double> Copies { get; } = [];

    /// <summary>Measures the passes of a case that are wanted.</summary>
    /// <param name="of">The case.</param>
    /// <param name="name">What it is called in the table.</param>
    /// <param name="wanted">The passes.</param>
    /// <param name="barOf">The bar of a pass; null for no bar.</param>
    /// <returns>The rows.</returns>
    public IEnumerable<BarRow> Measure(KernelCase of, string name, IReadOnlyList<KernelPass> wanted, Func<KernelPass, double?> barOf)
    {
        using var memory = new KernelMemory(session);
        var launches = of.Open(memory);
        // In order: a backward pass needs what the forward pass saves.
        foreach (var launch in launches)
            TimeOf(clock, launch, 1);
        foreach (var launch in launches)
        {
            if (wanted.Contains(launch.Pass))
                yield return new(name, LabelOf(launch.Pass), Take(of, launch), $"G{of.Unit}/s", barOf(launch.Pass), launch.Choice);
        }
    }

    /// <summary>How a pass is called in the table.</summary>
    public static string LabelOf(KernelPass pass) => pass switch
    {
        KernelPass.BackwardData => "data",
        KernelPass.BackwardWeights => "weights",
        KernelPass.Product => "product",
        KernelPass.Update => "update",
        _ => "forward",
    };

    /// <summary>Milliseconds of a call, of several that follow each other as in a network.</summary>
    public static double TimeOf(DeviceClock clock, KernelLaunch launch, int calls)
    {
        clock.Reset();
        int start = clock.Mark();
        for (int call = 0; call < calls; call++)
            launch.Run();
        int end = clock.Mark();
        return clock.Milliseconds(start, end) / calls;
    }

    private Turns Take(KernelCase of, KernelLaunch launch)
    {
        bool isProduct = of.Unit == "FLOP";
        // What moves bytes runs once a round: the copy before it has emptied the caches.
        int calls = isProduct ? (int)Math.Clamp(Math.Ceiling(RoundMilliseconds / TimeOf(clock, launch, 3)), 1, 1000) : 1;
        Func<Yardstick> yardstick = isProduct ? () => Yardstick.Of(peaks.MultiplyAdd()) : () => new(peaks.Copy(), IsSteady: true);
        var turns = Turns.Take(of.AmountOf(launch.Pass), rounds, () => TimeOf(clock, launch, calls), yardstick);
        (isProduct ? Peaks : Copies).AddRange(turns.Rounds.Select(round => round.After.Speed));
        return turns;
    }
}
