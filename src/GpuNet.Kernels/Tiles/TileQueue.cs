using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// The launches of a CPU session that have not run yet: its stream. A launch of ILGPU's CPU accelerator costs 40–80 µs, as much as many of
/// our kernels take, so launches wait here until someone looks at their results and then run as one: one group of one thread for each
/// worker goes through the queue, and the workers meet at a <see cref="WorkerBarrier"/> between a kernel and the next, about a microsecond.
/// </summary>
internal sealed class TileQueue : IDisposable
{
    // Enough for an iteration of a small network; a longer one runs in several launches.
    private const int Capacity = 256;

    private readonly (ITileLauncher Launcher, int Launch)[] queue = new (ITileLauncher, int)[Capacity];
    private readonly MemoryBuffer1D<long, Stride1D.Dense> arrivals;
    private readonly Action<KernelConfig, long> launch;
    private readonly KernelConfig grid;
    private GCHandle handle;
    private int count;

    public TileQueue(Accelerator accelerator, int workers)
    {
        arrivals = accelerator.Allocate1D<long>(1);
        arrivals.MemSetToZero();
        Barrier = new WorkerBarrier(arrivals.View);
        handle = GCHandle.Alloc(this);
        launch = accelerator.LoadStreamKernel<long>(Kernel);
        grid = new KernelConfig(workers, 1);
    }

    /// <summary>Where the workers wait for each other.</summary>
    public WorkerBarrier Barrier { get; }

    /// <summary>How often the queue has run.</summary>
    public long Runs { get; private set; }

    /// <summary>Queues a launch.</summary>
    public void Add(ITileLauncher launcher, int number)
    {
        queue[count++] = (launcher, number);
        if (count == Capacity)
            Flush();
    }

    /// <summary>Runs what waits, and returns when it is done. If it fails, what waited is dropped: its memory may be gone.</summary>
    public void Flush()
    {
        if (count == 0)
            return;
        try
        {
            launch(grid, (long)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            Forget();
            Runs++;
        }
    }

    /// <summary>Drops what waits and frees the counter; a second call does nothing.</summary>
    public void Dispose()
    {
        if (!handle.IsAllocated)
            return;
        Forget();
        handle.Free();
        arrivals.Dispose();
    }

    private void Forget()
    {
        for (int i = 0; i < count; i++)
            queue[i].Launcher.Forget();
        count = 0;
    }

    private static void Kernel(long queue) => RunWorker(queue, Grid.IdxX, Grid.DimX);

    // Opaque to ILGPU's front end: the CPU accelerator runs this very method, which is free to use objects and SIMD.
    [IntrinsicImplementation]
    private static void RunWorker(long queue, int worker, int workers) =>
        ((TileQueue)GCHandle.FromIntPtr((nint)queue).Target!).Run(worker, workers);

    private void Run(int worker, int workers)
    {
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                Barrier.Wait(workers);
            queue[i].Launcher.Run(queue[i].Launch, worker, workers);
        }
    }
}
