using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.RaceCheck;

/// <summary>
/// Kernels with the faults that oclgrind is to find, and one without; and three ways to prepare memory that one kernel stores to and another reads.
/// Of those, oclgrind 21.10 knows only the last: whenever the host writes to a buffer, it forgets what it knew of it, and then follows no more than
/// as many bytes from the buffer's beginning on as were just written. So behind a fill (made of writes of one byte) nothing that is stored counts as
/// written, and behind a copy to the middle the end does not.
/// </summary>
internal static class PlantedKernels
{
    private const int Threads = 32;

    /// <summary>Runs one by its name, in a group of 32 threads; false if there is none of that name.</summary>
    public static bool Run(DeviceSession session, string name)
    {
        if (name is "filled" or "copied in parts" or "copied")
            return StoreAndRead(session, name);
        Action<ArrayView<float>>? kernel = name switch
        {
            "sound" => Sound,
            "race" => Race,
            "outside" => Outside,
            "uninitialised" => Uninitialised,
            _ => null,
        };
        if (kernel is null)
            return false;
        using var buffer = session.Accelerator.Allocate1D(new float[Threads]);
        session.Accelerator.LoadStreamKernel(kernel)(new KernelConfig(1, Threads), buffer.View);
        session.Synchronize();
        Console.WriteLine(buffer.GetAsArray1D()[0]);
        return true;
    }

    private static bool StoreAndRead(DeviceSession session, string preparation)
    {
        using var stored = session.Accelerator.Allocate1D<float>(2 * Threads);
        using var read = session.Accelerator.Allocate1D(new float[2 * Threads]);
        if (preparation == "filled")
            stored.MemSetToZero();
        else
            stored.View.BaseView.CopyFromCPU(new float[2 * Threads]);
        if (preparation == "copied in parts")
            stored.View.BaseView.SubView(Threads, Threads).CopyFromCPU(new float[Threads]);
        var threads = new KernelConfig(1, 2 * Threads);
        session.Accelerator.LoadStreamKernel<ArrayView<float>>(Store)(threads, stored.View);
        session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(Read)(threads, stored.View, read.View);
        session.Synchronize();
        return read.GetAsArray1D().SequenceEqual(Enumerable.Repeat(1f, 2 * Threads));
    }

    private static void Store(ArrayView<float> x) => x[Group.IdxX] = 1f;

    private static void Read(ArrayView<float> x, ArrayView<float> y) => y[Group.IdxX] = x[Group.IdxX];

    private static void Sound(ArrayView<float> x)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        x[Group.IdxX] = shared[Threads - 1 - Group.IdxX];
    }

    // The second barrier is missing.
    private static void Race(ArrayView<float> x)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = 0f;
        Group.Barrier();
        shared[Group.IdxX] = x[Group.IdxX];
        x[Group.IdxX] = shared[Threads - 1 - Group.IdxX];
    }

    // One past the end.
    private static void Outside(ArrayView<float> x) => x[Group.IdxX + 1] = 1f;

    // Half of the shared memory is never written.
    private static void Uninitialised(ArrayView<float> x)
    {
        var shared = SharedMemory.Allocate<float>(2 * Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        x[Group.IdxX] = shared[2 * Group.IdxX];
    }
}
