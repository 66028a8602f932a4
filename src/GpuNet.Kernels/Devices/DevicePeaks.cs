using System.Diagnostics;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// What a CPU session can do at best, the yardstick of its kernels: multiply-adds in registers and copies of arrays that fit into no cache,
/// on all of the session's workers. A processor's clock drifts by a quarter, so measure in turns with what is compared.
/// </summary>
public sealed class DevicePeaks
{
    /// <summary>Bytes of each of the two arrays of a copy.</summary>
    public const int CopiedBytes = 128 << 20;

    // About 3 ms: as many cycles at every vector width.
    private const int Rounds = 2_000_000;

    private readonly DeviceSession session;
    private readonly TileLauncher<MultiplyAddTile> multiplyAdd;
    private readonly TileLauncher<CopyTile> copy;
    private readonly DeviceClock clock;
    private readonly float[] sink;
    private readonly long[] ticks;
    private float[] source = [];
    private float[] destination = [];

    /// <summary>Loads the kernels.</summary>
    /// <param name="session">A CPU session.</param>
    /// <exception cref="InvalidOperationException">The device is no CPU session: ask <see cref="CanMeasure"/> first.</exception>
    public DevicePeaks(DeviceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        this.session = session;
        multiplyAdd = new TileLauncher<MultiplyAddTile>(session);
        copy = new TileLauncher<CopyTile>(session);
        clock = new DeviceClock(session);
        sink = new float[session.Workers];
        ticks = new long[session.Workers];
    }

    /// <summary>Whether a device's peaks can be measured: a CPU session's.</summary>
    /// <param name="session">The device.</param>
    /// <returns>True for a CPU session.</returns>
    public static bool CanMeasure(DeviceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.UsesTiles;
    }

    /// <summary>Runs independent chains of fused multiply-adds on every worker for about 3 ms, at the vector width that kernels use. Waits for
    /// the device.</summary>
    /// <returns>What the workers did together.</returns>
    public PeakSpeed MultiplyAdd()
    {
        multiplyAdd.Run(new(Rounds, sink, ticks));
        session.Synchronize();
        double seconds = 1.0 / Stopwatch.Frequency;
        return PeakSpeed.Of(MultiplyAddTile.Operations(Rounds, Simd.Width), ticks.Select(taken => taken * seconds));
    }

    /// <summary>Copies an array of <see cref="CopiedBytes"/> to another one. Waits for the device.</summary>
    /// <returns>10⁹ bytes a second, those read and those written.</returns>
    public double Copy()
    {
        if (source.Length == 0)
        {
            source = new float[CopiedBytes / sizeof(float)];
            destination = new float[source.Length];
            // Untouched memory would all be one page.
            Array.Fill(source, 1f);
            Array.Fill(destination, 1f);
        }

        clock.Reset();
        clock.Mark();
        copy.Run(new(source, destination));
        clock.Mark();
        return 2.0 * CopiedBytes / clock.Milliseconds(0, 1) / 1e6;
    }
}
