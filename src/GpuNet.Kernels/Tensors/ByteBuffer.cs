using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// Bytes that stay on a device. Where the device's memory is the host's, on a CPU session, they are the host's own bytes: nothing is copied and no
/// device memory is taken.
/// </summary>
public sealed class ByteBuffer : IDisposable
{
    // What the driver stages at a time, if it must: bounds the page-locked memory that it takes for that.
    private const int ChunkBytes = 16 << 20;

    private readonly DeviceSession session;
    private readonly MemoryBuffer buffer;
    private readonly long allocated;
    private GCHandle pinned;

    /// <summary>Takes device memory and copies the bytes there, chunk by chunk.</summary>
    /// <param name="session">The device.</param>
    /// <param name="contents">The bytes; on a CPU session nobody may change them while the buffer lives.</param>
    /// <exception cref="DeviceException">The device has not that much memory.</exception>
    public ByteBuffer(DeviceSession session, byte[] contents)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(contents);
        this.session = session;
        if (session.UsesTiles)
        {
            pinned = GCHandle.Alloc(contents, GCHandleType.Pinned);
            buffer = CPUMemoryBuffer.Create(session.Accelerator, pinned.AddrOfPinnedObject(), contents.Length, sizeof(byte));
            Bytes = new(buffer.AsArrayView<byte>(0, contents.Length));
            return;
        }

        var memory = session.Allocate<byte>(contents.Length);
        (buffer, allocated) = (memory, memory.LengthInBytes);
        Bytes = new(memory.View.BaseView);
        try
        {
            for (int offset = 0; offset < contents.Length; offset += Math.Min(ChunkBytes, contents.Length - offset))
            {
                var chunk = contents.AsSpan(offset, Math.Min(ChunkBytes, contents.Length - offset));
                memory.View.BaseView.SubView(offset, chunk.Length).CopyFromCPU(chunk);
            }
        }
        catch (Exception error)
        {
            Dispose();
            // A driver may take the memory only when it is written.
            if (session.FailureOf(error) is { } failure)
                throw failure;
            throw;
        }
    }

    /// <summary>The bytes.</summary>
    public DeviceBytes Bytes { get; }

    /// <summary>Frees the device memory, or lets the host's bytes go; a second call does nothing.</summary>
    public void Dispose()
    {
        if (buffer.IsDisposed)
            return;
        session.Flush();
        session.GiveBack(buffer.Dispose);
        session.Return(allocated);
        if (pinned.IsAllocated)
            pinned.Free();
    }
}
