using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tensors;

/// <summary>
/// Uploads that overlap with computing: slots of page-locked host memory, each with as much device memory, and a stream of their own for the copies.
/// A slot goes round: <see cref="Fill"/> it, <see cref="Send"/> it, <see cref="Take"/> it for a launch, <see cref="Release"/> it behind that launch.
/// The host waits where it must and nowhere else: to fill a slot whose last reader the device has not come to, and to take one whose copy
/// is under way. Where the device's memory is the host's, on a CPU session, a slot is one piece of memory and nothing is copied.
/// Not safe for use by several threads at once. Allocates nothing after construction.
/// </summary>
public sealed class UploadRing : IDisposable
{
    private readonly DeviceSession session;
    private readonly Slot[] slots;
    private readonly AcceleratorStream? copies;
    private int filling;
    private int taking;

    /// <summary>Takes the memory.</summary>
    /// <param name="session">The device.</param>
    /// <param name="bytes">Bytes of a slot, 1 or more.</param>
    /// <param name="slots">Slots: 2 overlap the copy of one batch with the computing of the one before.</param>
    /// <exception cref="DeviceException">The device has not that much memory, or the host cannot lock that much.</exception>
    public UploadRing(DeviceSession session, int bytes, int slots = 2) : this(session, bytes, slots, StreamMark.Of)
    {
    }

    /// <summary>With marks of a test's own.</summary>
    internal UploadRing(DeviceSession session, int bytes, int slots, Func<DeviceSession, StreamMark> mark)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        this.session = session;
        this.slots = new Slot[slots];
        try
        {
            copies = session.UsesTiles ? null : session.Accelerator.CreateStream();
            for (int i = 0; i < slots; i++)
                this.slots[i] = new Slot(session, bytes, mark);
        }
        catch (Exception error)
        {
            Dispose();
            if (session.FailureOf(error) is { } failure)
                throw failure;
            throw;
        }
    }

    private enum Stage
    {
        Free,
        Filling,
        Sent,
        Taken,
    }

    /// <summary>Slots that were sent and not taken.</summary>
    public int Waiting { get; private set; }

    /// <summary>Waits until the next slot's last reader is done, and gives its host memory.</summary>
    /// <returns>The bytes to fill, which hold anything.</returns>
    /// <exception cref="InvalidOperationException">All slots are sent or taken.</exception>
    public Span<byte> Fill()
    {
        var slot = slots[filling];
        Require(slot.Stage is Stage.Free or Stage.Filling, "fill: every slot is sent or taken; take and release one first");
        if (slot.Stage == Stage.Free)
            slot.Read.Wait();
        slot.Stage = Stage.Filling;
        return slot.Host.Span;
    }

    /// <summary>Starts the copy of the slot that was filled.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    public void Send()
    {
        var slot = slots[filling];
        Require(slot.Stage == Stage.Filling, "send: no slot was filled; fill one first");
        if (slot.Device is { } device)
        {
            device.View.BaseView.CopyFrom(copies!, slot.Host.ArrayView);
            slot.Copied.Set(copies!);
        }

        slot.Stage = Stage.Sent;
        filling = (filling + 1) % slots.Length;
        Waiting++;
    }

    /// <summary>Waits until the oldest slot that was sent has arrived. Launches may read it until it is released.</summary>
    /// <returns>Its bytes on the device.</returns>
    /// <exception cref="InvalidOperationException">None was sent, or one is taken.</exception>
    public DeviceBytes Take()
    {
        var slot = slots[taking];
        Require(slot.Stage == Stage.Sent, "take: no slot was sent, or one is taken still; send one, or release that one, first");
        slot.Copied.Wait();
        slot.Stage = Stage.Taken;
        Waiting--;
        return slot.Bytes;
    }

    /// <summary>Says that every launch which reads the slot that was taken has been made.</summary>
    /// <exception cref="InvalidOperationException">None is taken.</exception>
    public void Release()
    {
        var slot = slots[taking];
        Require(slot.Stage == Stage.Taken, "release: no slot is taken; take one first");
        slot.Read.Set(session.Accelerator.DefaultStream);
        slot.Stage = Stage.Free;
        taking = (taking + 1) % slots.Length;
    }

    /// <summary>Waits for the copies under way and frees the memory; a second call does nothing.</summary>
    public void Dispose()
    {
        session.Flush();
        if (copies is { IsDisposed: false })
        {
            session.GiveBack(copies.Synchronize);
            session.GiveBack(copies.Dispose);
        }

        foreach (var slot in slots)
            slot?.Dispose();
    }

    private static void Require(bool condition, string rule)
    {
        if (!condition)
            throw new InvalidOperationException($"upload ring: {rule}.");
    }

    private sealed class Slot : IDisposable
    {
        private readonly DeviceSession session;

        public Slot(DeviceSession session, int bytes, Func<DeviceSession, StreamMark> mark)
        {
            this.session = session;
            Host = session.Accelerator.AllocatePageLocked1D<byte>(bytes, uninitialized: false);
            try
            {
                Device = session.UsesTiles ? null : session.Allocate<byte>(bytes);
                Bytes = new(Device is null ? Host.ArrayView : Device.View.BaseView);
                Copied = mark(session);
                Read = mark(session);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public PageLockedArray1D<byte> Host { get; }

        public MemoryBuffer1D<byte, Stride1D.Dense>? Device { get; }

        public DeviceBytes Bytes { get; }

        public StreamMark Copied { get; } = null!;

        public StreamMark Read { get; } = null!;

        public Stage Stage { get; set; }

        public void Dispose()
        {
            if (Device is { IsDisposed: false })
            {
                long bytes = Device.LengthInBytes;
                session.GiveBack(Device.Dispose);
                session.Return(bytes);
            }

            foreach (var mark in new[] { Copied, Read })
            {
                if (mark is not null)
                    session.GiveBack(mark.Dispose);
            }

            session.GiveBack(Host.Dispose);
        }
    }
}
