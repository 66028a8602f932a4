using System.Diagnostics;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Times parts of what a device does. On a CPU session a mark stands in the queue of launches like a kernel, so marks neither wait nor make
/// anybody wait, and the time between two of them has in it what the workers did, not how long they took to wake up. On other devices a
/// mark waits until everything before it is done.
/// </summary>
/// <param name="session">The device.</param>
public sealed class DeviceClock(DeviceSession session)
{
    private readonly TileLauncher<StampTile>? launcher = session.UsesTiles ? new TileLauncher<StampTile>(session) : null;
    private readonly List<long[]> marks = [];
    private int count;

    /// <summary>Marks the moment when everything launched so far is done.</summary>
    /// <returns>The mark's number, from 0.</returns>
    /// <exception cref="DeviceException">The device failed.</exception>
    public int Mark()
    {
        if (count == marks.Count)
            marks.Add(new long[Math.Max(1, session.Workers)]);
        long[] ticks = marks[count];
        if (launcher is not null)
        {
            launcher.Run(new(ticks));
        }
        else
        {
            session.Synchronize();
            ticks[0] = Stopwatch.GetTimestamp();
        }

        return count++;
    }

    /// <summary>The time between two marks. Waits for the device.</summary>
    /// <param name="from">The earlier mark.</param>
    /// <param name="to">The later mark.</param>
    /// <returns>Milliseconds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mark.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    public double Milliseconds(int from, int to)
    {
        if (from < 0 || to < from || to >= count)
            throw new ArgumentOutOfRangeException(nameof(to), $"clock: marks {from} to {to}; there are {count}, and the later one comes second. Mark first, and ask before Reset.");
        session.Synchronize();
        return Stopwatch.GetElapsedTime(TimeOf(from), TimeOf(to)).TotalMilliseconds;
    }

    /// <summary>Forgets all marks.</summary>
    public void Reset() => count = 0;

    // When the last worker came: all of them leave a barrier together, and the first launch begins when all are awake.
    private long TimeOf(int mark) => marks[mark].Max();
}
