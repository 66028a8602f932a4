using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.RaceCheck;

/// <summary>Kernels with the faults that oclgrind is to find, and one without.</summary>
internal static class PlantedKernels
{
    private const int Threads = 32;

    /// <summary>Runs one by its name, in a group of 32 threads; false if there is none of that name.</summary>
    public static bool Run(DeviceSession session, string name)
    {
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
