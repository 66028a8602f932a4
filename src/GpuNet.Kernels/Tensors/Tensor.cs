using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// A window of float32 values in device memory, NCHW, row-major and contiguous. It owns nothing: the <see cref="Arena"/> that
/// handed it out does, and must outlive it. Several tensors may be windows of the same memory.
/// </summary>
public readonly struct Tensor
{
    private readonly DeviceSession session;

    internal Tensor(DeviceSession session, ArrayView<float> view, Shape shape)
    {
        this.session = session;
        View = view;
        Shape = shape;
    }

    /// <summary>The shape, NCHW.</summary>
    public Shape Shape { get; }

    /// <summary>Values in all.</summary>
    public long Length => Shape.Length;

    /// <summary>Where the memory is; null for a tensor that no arena handed out.</summary>
    internal DeviceSession? Session => session;

    internal ArrayView<float> View { get; }

    /// <summary>The same memory under another shape of the same length.</summary>
    /// <param name="shape">The new shape.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ShapeException">The lengths differ, or a side is negative.</exception>
    public Tensor Reshape(Shape shape)
    {
        ShapeException.ThrowIfImpossible("reshape", shape);
        return shape.Length == Length
            ? new Tensor(session, View, shape)
            : throw new ShapeException($"reshape: {Shape} has {Length} values, {shape} has {shape.Length}; both must hold the same number. Change a side, or take a slice.");
    }

    /// <summary>A window of this window.</summary>
    /// <param name="offset">Where it starts, in values.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ShapeException">It starts before the beginning or reaches past the end, or a side is negative.</exception>
    public Tensor Slice(long offset, Shape shape)
    {
        ShapeException.ThrowIfImpossible("slice", shape);
        return offset >= 0 && offset <= Length - shape.Length
            ? new Tensor(session, View.SubView(offset, shape.Length), shape)
            : throw new ShapeException($"slice: {shape} at {offset} reaches past the {Length} values of {Shape}; it must lie within them. Lower the offset or a side.");
    }

    /// <summary>Copies values from the host and waits until they are there.</summary>
    /// <param name="values">As many values as the tensor holds.</param>
    /// <exception cref="ShapeException">The number of values differs.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        RequireLength(values.Length);
        if (IsHostMemory)
        {
            session.Synchronize();
            values.CopyTo(HostValues());
            return;
        }

        session.CountWait();
        View.CopyFromCPU(values);
    }

    /// <summary>Copies values on the device, in the order of its launches. A CPU session runs what was launched before; no other device waits.</summary>
    /// <param name="source">A tensor of the same length, in memory of its own.</param>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public void CopyFrom(Tensor source)
    {
        RequireLength(source.Length);
        session.Flush();
        if (IsHostMemory)
            source.HostValues().CopyTo(HostValues());
        else
            source.View.CopyTo(View);
    }

    /// <summary>Waits for the device and copies the values to the host.</summary>
    /// <param name="values">As many places as the tensor holds values.</param>
    /// <exception cref="ShapeException">The number of places differs.</exception>
    public void CopyTo(Span<float> values)
    {
        RequireLength(values.Length);
        if (IsHostMemory)
        {
            session.Synchronize();
            HostValues().CopyTo(values);
            return;
        }

        session.CountWait();
        View.CopyToCPU(values);
    }

    /// <summary>Waits for the device and copies the values to a new array.</summary>
    /// <returns>The values in NCHW order.</returns>
    public float[] ToArray()
    {
        var values = new float[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>Sets every value to 0, in the order of the device's launches. Not for every iteration: on OpenCL it copies zeros from the host.</summary>
    public void Clear() => session.Clear(View);

    /// <summary>Whether another tensor of the same length is a window of the very same memory. Allocates nothing, unlike ILGPU's equality of views.</summary>
    internal unsafe bool IsSameMemoryAs(Tensor other) =>
        BufferOf(View) == BufferOf(other.View) && View.LoadEffectiveAddressAsPtr() == other.View.LoadEffectiveAddressAsPtr();

    // Through the constraint, since the property is private to the interface and a cast would box.
    private static MemoryBuffer BufferOf<TView>(TView view)
        where TView : struct, IArrayView => view.Buffer;

    // The accelerators that run on the processor.
    private bool IsHostMemory => session.Accelerator is CPUAccelerator;

    // ILGPU's own copies leave a weak reference each in the accelerator's list, which it clears every few thousand copies only.
    private unsafe Span<float> HostValues() => new((void*)View.LoadEffectiveAddressAsPtr(), (int)Length);

    private void RequireLength(long length)
    {
        if (length != Length)
            throw new ShapeException($"copy: {length} values do not fill a tensor of {Shape}, which has {Length}; both must hold the same number. Copy to or from a slice of that length.");
    }
}
