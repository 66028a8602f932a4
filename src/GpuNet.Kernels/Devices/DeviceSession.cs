using System.Runtime.CompilerServices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tuning;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// An open device: ILGPU's context, its accelerator and the stream that every launch goes to, in order. Several sessions may be open
/// side by side; arenas, ops and networks belong to one. Not thread-safe.
/// </summary>
public sealed class DeviceSession : IDisposable
{
    private readonly Context context;
    private readonly TileQueue? tiles;
    private readonly SimulatedMemory? simulatedMemory;
    private long allocatedBytes;

    private DeviceSession(DeviceKind kind, int index, string name, Context context, Accelerator accelerator, int workers, DeviceLimits? limits, SimulatedMemory? simulatedMemory)
    {
        // ILGPU's CPU accelerator reports no limit.
        long memory = simulatedMemory?.Bytes ?? (accelerator is CPUAccelerator ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : accelerator.MemorySize);
        this.simulatedMemory = simulatedMemory;
        Description = new DeviceDescription(kind, index, name, memory);
        Workers = workers;
        Accelerator = accelerator;
        Limits = limits ?? DeviceLimits.Of(accelerator);
        this.context = context;
        tiles = workers > 0 ? new TileQueue(accelerator, workers) : null;
    }

    /// <summary>The device.</summary>
    public DeviceDescription Description { get; }

    /// <summary>What kind of device it is.</summary>
    public DeviceKind Kind => Description.Kind;

    /// <summary>Workers that a CPU session runs tile kernels on, one a core; 0 on every other kind.</summary>
    public int Workers { get; }

    /// <summary>The driver's name and version: one text as long as the driver stays the same.</summary>
    public string Driver => DeviceFacts.DriverOf(Accelerator);

    /// <summary>Driver, architecture and limits as names and values, for reports.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts => DeviceFacts.Of(Accelerator, Limits);

    /// <summary>Bytes of device memory that arenas and buffers have allocated since the session was opened.</summary>
    public long AllocatedBytes => allocatedBytes;

    /// <summary>Bytes of device memory that arenas and buffers hold now.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Bytes of device memory that are free: what the driver says, on the CPU what the machine has, or else what this session has left of the
    /// device's.</summary>
    public long FreeBytes => Accelerator switch
    {
        CudaAccelerator cuda => cuda.GetFreeMemory(),
        CPUAccelerator when simulatedMemory is null => HostMemory.FreeBytes,
        _ => Math.Max(0, Description.MemoryBytes - HeldBytes),
    };

    /// <summary>Bytes that one buffer may have: OpenCL devices have such a limit, often a quarter of their memory.</summary>
    public long LargestBufferBytes => Accelerator is CLAccelerator opencl
        ? CLAPI.CurrentAPI.GetDeviceInfo<long>(opencl.DeviceId, CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        : simulatedMemory?.LargestBuffer ?? long.MaxValue;

    /// <summary>How often the host has waited for everything launched: to read or to write a tensor, or by <see cref="Synchronize"/>.</summary>
    public long Waits { get; private set; }

    /// <summary>Whether ops run their CPU tile kernels here, rather than their portable ones.</summary>
    internal bool UsesTiles => Kind == DeviceKind.Cpu;

    internal Accelerator Accelerator { get; }

    /// <summary>What launches of the portable kernels are planned by.</summary>
    internal DeviceLimits Limits { get; }

    /// <summary>Tiles of matrix products that were measured to be fastest here, which ops made from now on take instead of estimating.</summary>
    internal GemmTuning Tuning { get; } = new();

    /// <summary>The tile kernels that have not run yet; CPU sessions only.</summary>
    internal TileQueue Tiles => tiles ?? throw new InvalidOperationException($"device '{Description.Id}' runs no tile kernels; only 'cpu' does.");

    /// <summary>Opens the processor.</summary>
    /// <param name="workers">Workers, one thread each; all cores by default.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no worker.</exception>
    public static DeviceSession OpenCpu(int? workers = null)
    {
        int count = workers ?? Environment.ProcessorCount;
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(workers), $"device 'cpu': {count} workers; there must be at least 1. Give the number of cores to use, or none for all.");
        // One multiprocessor is one thread of the operating system; two threads a warp is the least that ILGPU accepts.
        var device = new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: count);
        return Create(DeviceKind.Cpu, 0, builder => builder.CPU(device), context => context.GetCPUDevices()[0], count);
    }

    /// <summary>Opens a GPU simulated on the processor, for tests of the portable kernels.</summary>
    /// <returns>The session.</returns>
    public static DeviceSession OpenSimulatedGpu() =>
        Create(DeviceKind.SimulatedGpu, 0, builder => builder.CPU(CPUDeviceKind.Nvidia), context => context.GetCPUDevices()[0], 0);

    /// <summary>Opens a simulated GPU of given limits, whose group size and memory are enforced: for tests of launch plans, and of what does not fit.</summary>
    internal static DeviceSession OpenSimulatedGpu(DeviceLimits limits, SimulatedMemory? memory = null)
    {
        var device = new CPUDevice(limits.WarpSize, limits.GroupSize / limits.WarpSize, limits.Multiprocessors);
        return Create(DeviceKind.SimulatedGpu, 0, builder => builder.CPU(device), context => context.GetCPUDevices()[0], 0, limits, memory);
    }

    /// <summary>Takes choices that were measured on this device, by <see cref="ProductTuner"/>; ops made from now on compute their products so. What has no
    /// choice is planned by an estimate.</summary>
    /// <param name="choices">The choices; all of them are taken, or none.</param>
    /// <exception cref="TuningException">A choice is impossible, or the device cannot run it.</exception>
    public void UseTuning(IReadOnlyCollection<TunedProduct> choices)
    {
        foreach (var choice in choices)
            choice.ThrowIfInvalid(this);
        foreach (var choice in choices)
            Tuning.Set(choice.Op, choice.Size, new GemmChoice(choice.Variant, choice.Splits));
    }

    /// <summary>Waits until everything launched so far is done.</summary>
    /// <exception cref="DeviceException">The device failed.</exception>
    public void Synchronize()
    {
        try
        {
            CountWait();
            Flush();
            Accelerator.Synchronize();
        }
        catch (Exception error) when (FailureOf(error) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// What an exception says about the device. Launches and copies pass on what the driver throws, often for an earlier launch; who works
    /// with the device for a while asks here, once, rather than at every launch.
    /// </summary>
    /// <param name="error">What was thrown by work on this device.</param>
    /// <returns>The error to throw in its place if a driver's failure is behind it, otherwise null.</returns>
    public DeviceException? FailureOf(Exception error) => error switch
    {
        CLException { Error: CLError.CL_INVALID_WORK_GROUP_SIZE } => new DeviceException(
            $"device '{Description.Id}' ({Description.Name}) runs groups of {Limits.GroupSize} threads, but its driver allows one of the kernels fewer. Use another device or a newer driver; `gpunet devices` lists the devices.", error),
        AcceleratorException => new DeviceException(
            $"device '{Description.Id}' ({Description.Name}) failed: {error.Message} Run again, on another device if this one fails again; `gpunet devices` lists them.", error),
        _ => null,
    };

    /// <summary>Closes the device; a second call does nothing. Arenas must be disposed before.</summary>
    public void Dispose()
    {
        tiles?.Dispose();
        GiveBack(Accelerator.Dispose);
        GiveBack(context.Dispose);
    }

    internal static DeviceSession Open(DeviceKind kind, int index) => kind switch
    {
        DeviceKind.Cuda => Create(kind, index, builder => builder.Cuda(_ => true), context => context.GetCudaDevices()[index], 0),
        DeviceKind.OpenCL => Create(kind, index, builder => builder.OpenCL(GenericAddressSpace.Accept), context => context.GetCLDevices()[index], 0),
        DeviceKind.SimulatedGpu => OpenSimulatedGpu(),
        _ => OpenCpu(),
    };

    /// <summary>Hands what waits to the device; before the host touches its memory.</summary>
    internal void Flush() => tiles?.Flush();

    /// <summary>How often what waited has been handed to the device.</summary>
    internal long QueueRuns => tiles?.Runs ?? 0;

    /// <summary>Takes device memory, to be given back by <see cref="Return"/> when the buffer is disposed.</summary>
    internal MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length)
        where T : unmanaged
    {
        try
        {
            simulatedMemory?.ThrowIfItDoesNotFit(length * Unsafe.SizeOf<T>(), HeldBytes);
            var buffer = Accelerator.Allocate1D<T>(length);
            allocatedBytes += buffer.LengthInBytes;
            HeldBytes += buffer.LengthInBytes;
            return buffer;
        }
        catch (Exception error) when (error is AcceleratorException or OutOfMemoryException or OverflowException)
        {
            throw new DeviceException(
                $"device '{Description.Id}' ({Description.Name}) could not give {(double)length * Unsafe.SizeOf<T>() / 1e6:F1} MB of its {Description.MemoryBytes / 1e6:F0} MB. Use a smaller batch or another device.",
                error);
        }
    }

    /// <summary>Sets memory to 0, in the order of the device's launches.</summary>
    internal void Clear(ArrayView<float> view)
    {
        if (Accelerator is not CLAccelerator)
        {
            Flush();
            view.MemSetToZero();
            return;
        }

        // Copied, since ILGPU 1.5.3 fills other memory: a window that starts at value i is filled from value 4·i on. And oclgrind takes what was
        // filled for never written, whatever is stored there later (GpuNet.RaceCheck).
        const int most = 1 << 20;
        var zeros = new float[Math.Min(view.Length, most)];
        for (long offset = 0; offset < view.Length; offset += most)
        {
            int length = (int)Math.Min(most, view.Length - offset);
            view.SubView(offset, length).CopyFromCPU(zeros.AsSpan(0, length));
        }
    }

    /// <summary>Is told of each wait, with its number, from 1: for tests of a device that fails, which shows where the host waits.</summary>
    internal Action<long>? Waiting { get; set; }

    /// <summary>Counts a wait that a copy of ILGPU's makes by itself.</summary>
    internal void CountWait()
    {
        Waits++;
        Waiting?.Invoke(Waits);
    }

    /// <summary>
    /// Throws if the driver runs a kernel in smaller groups only: on OpenCL it may say so of each kernel, by its need of registers, while the device's limit is higher.
    /// </summary>
    /// <param name="kernel">What the kernel was loaded as.</param>
    /// <param name="name">What the kernel does.</param>
    /// <param name="threads">Threads of its groups.</param>
    /// <exception cref="DeviceException">It does.</exception>
    internal void ThrowUnlessRuns(Delegate kernel, string name, int threads)
    {
        if (Accelerator is not CLAccelerator opencl || !kernel.TryGetKernel(out var loaded) || loaded is not CLKernel { KernelPtr: var handle })
            return;
        long allowed = CLAPI.CurrentAPI.GetKernelWorkGroupInfo<nint>(handle, opencl.DeviceId, CLKernelWorkGroupInfoType.CL_KERNEL_WORK_GROUP_SIZE);
        if (threads > allowed)
            throw new DeviceException($"device '{Description.Id}' ({Description.Name}): {name} needs groups of {threads} threads, and the driver runs it with {allowed} at most, though the device's limit is {Limits.GroupSize}. Use another device or a newer driver; `gpunet devices` lists the devices.");
    }

    /// <summary>Counts memory that was freed.</summary>
    internal void Return(long bytes) => HeldBytes -= bytes;

    /// <summary>
    /// Gives something back to the driver. A driver that has failed fails here too, often once more for each thing: who disposes does so on the way out of the
    /// first failure, which is the one to tell.
    /// </summary>
    internal void GiveBack(Action free)
    {
        try
        {
            free();
        }
        catch (Exception error) when (FailureOf(error) is not null)
        {
        }
    }

    private static DeviceSession Create(DeviceKind kind, int index, Action<Context.Builder> configure, Func<Context, Device> choose, int workers, DeviceLimits? limits = null, SimulatedMemory? memory = null)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder =>
            {
                KernelIntrinsics.Register(builder);
                configure(builder);
                // Exp, Log and Pow on CUDA come from ILGPU.Algorithms.
                builder.EnableAlgorithms();
            });
            var device = choose(context);
            return new DeviceSession(kind, index, kind == DeviceKind.Cpu ? DeviceCatalog.CpuName(workers) : device.Name, context, device.CreateAccelerator(context), workers, limits, memory);
        }
        catch (Exception error)
        {
            context?.Dispose();
            throw new DeviceException($"device '{new DeviceDescription(kind, index, "", 0).Id}' failed to open: {error.Message} Choose another one; `gpunet devices` lists them.", error);
        }
    }
}
