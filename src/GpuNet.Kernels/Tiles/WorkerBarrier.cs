using ILGPU;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// Lets the workers of one launch wait for each other, between two phases of a tile kernel or between two tile kernels. Each worker is a
/// thread of its own, so all of them do arrive.
/// </summary>
/// <param name="arrivals">One counter that all waits of a session share; it only ever grows.</param>
internal readonly struct WorkerBarrier(ArrayView<long> arrivals)
{
    private readonly ArrayView<long> arrivals = arrivals;

    /// <summary>Returns once every worker has called it.</summary>
    public void Wait(int workers)
    {
        ref long count = ref arrivals[0];
        long ticket = Interlocked.Increment(ref count);
        long complete = (ticket + workers - 1) / workers * workers;
        var spin = new SpinWait();
        while (Volatile.Read(ref count) < complete)
            spin.SpinOnce(sleep1Threshold: -1);
    }
}
