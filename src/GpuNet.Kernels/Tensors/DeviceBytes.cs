using ILGPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// A window of bytes in device memory, of images or of what describes a batch. It owns nothing: the <see cref="ByteBuffer"/> or <see cref="UploadRing"/>
/// that handed it out does, and must outlive it.
/// </summary>
public readonly struct DeviceBytes
{
    internal DeviceBytes(ArrayView<byte> view, long offset = 0) => (View, Offset) = (view, offset);

    /// <summary>Bytes in all.</summary>
    public long Length => View.Length;

    internal ArrayView<byte> View { get; }

    /// <summary>Where it starts in its buffer, whose first byte is aligned for every type.</summary>
    internal long Offset { get; }

    /// <summary>A window of this window.</summary>
    /// <param name="offset">Where it starts.</param>
    /// <param name="length">Its length.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ShapeException">It starts before the beginning or reaches past the end.</exception>
    public DeviceBytes Slice(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length - length
        ? new(View.SubView(offset, length), Offset + offset)
        : throw new ShapeException($"slice: {length} bytes at {offset} reach past the {Length} bytes of the window; they must lie within them. Lower the offset or the length.");

    /// <summary>The bytes as values, whole ones.</summary>
    internal ArrayView<T> As<T>()
        where T : unmanaged => View.Cast<T>();
}
