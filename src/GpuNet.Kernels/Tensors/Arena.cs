using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// One buffer of device memory, zeroed, handed out in order as tensors. It owns the memory: disposing it ends every tensor of it.
/// Each tensor starts at a multiple of <see cref="Alignment"/>, and at least <see cref="Slack"/> values lie behind the last one,
/// since the CPU's tile kernels may load (never store) past a row's end.
/// </summary>
public sealed class Arena : IDisposable
{
    /// <summary>Tensors start at multiples of this many values: a cache line, and the widest SIMD vector.</summary>
    public const int Alignment = 16;

    /// <summary>Values behind the last tensor that may be loaded but belong to no tensor.</summary>
    public const int Slack = 64;

    private readonly DeviceSession session;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> buffer;
    private readonly ArrayView<float> memory;
    private long taken;

    /// <summary>Allocates the buffer on the device and zeroes it.</summary>
    /// <param name="session">The device.</param>
    /// <param name="capacity">Values that can be handed out: the sum of <see cref="Footprint"/> over the tensors to come.</param>
    /// <exception cref="DeviceException">The device has not that much memory, or fails.</exception>
    public Arena(DeviceSession session, long capacity) : this(session, capacity, buffer => session.Clear(buffer.View))
    {
    }

    /// <summary>With a test's own way to zero it.</summary>
    internal Arena(DeviceSession session, long capacity, Action<MemoryBuffer1D<float, Stride1D.Dense>> clear)
    {
        Capacity = capacity;
        this.session = session;
        buffer = session.Allocate<float>(capacity + Slack + Alignment);
        try
        {
            clear(buffer);
        }
        catch (Exception error)
        {
            Dispose();
            // A driver may take the memory only when it is written.
            if (session.FailureOf(error) is { } failure)
                throw failure;
            throw;
        }

        memory = buffer.View.BaseView.SubView(OffsetOfFirstLine(session, buffer), capacity + Slack);
    }

    /// <summary>Values that can be handed out.</summary>
    public long Capacity { get; }

    /// <summary>What a tensor takes of an arena: its length, rounded up to the alignment.</summary>
    /// <param name="length">Values of the tensor.</param>
    /// <returns>Values taken.</returns>
    public static long Footprint(long length) => (length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Hands out the next tensor.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>A window of zeroed memory.</returns>
    /// <exception cref="ShapeException">The arena is used up, or a side is negative.</exception>
    public Tensor Take(Shape shape)
    {
        ShapeException.ThrowIfImpossible("arena", shape);
        long footprint = Footprint(shape.Length);
        if (footprint > Capacity - taken)
            throw new ShapeException($"arena: {shape} needs {footprint} values, but {Capacity - taken} of {Capacity} are left. Plan a larger arena.");
        var tensor = new Tensor(session, memory.SubView(taken, shape.Length), shape);
        taken += footprint;
        return tensor;
    }

    /// <summary>Frees the device memory; a second call does nothing.</summary>
    public void Dispose()
    {
        if (buffer.IsDisposed)
            return;
        session.Flush();
        long bytes = buffer.LengthInBytes;
        session.GiveBack(buffer.Dispose);
        session.Return(bytes);
    }

    // ILGPU aligns host memory to 16 bytes only; a vector that straddles two cache lines loads at half speed.
    private static unsafe long OffsetOfFirstLine(DeviceSession session, MemoryBuffer1D<float, Stride1D.Dense> buffer)
    {
        if (session.Accelerator is not CPUAccelerator)
            return 0;
        long address = buffer.NativePtr;
        const long line = Alignment * sizeof(float);
        return (line - address % line) % line / sizeof(float);
    }
}
