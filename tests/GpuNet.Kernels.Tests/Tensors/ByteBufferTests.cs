using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Tensors;

public sealed class ByteBufferTests(string device) : DeviceFixture(device)
{
    // More than a chunk, and no whole number of them.
    private const int Length = (16 << 20) + 12345;

    [Test]
    public void Device_memory_is_counted_while_it_is_held_and_none_is_taken_of_a_CPU_session()
    {
        long allocated = Session.AllocatedBytes, held = Session.HeldBytes;
        var buffer = new ByteBuffer(Session, new byte[1000]);
        long expected = Session.UsesTiles ? 0 : 1000;
        Assert.That(Session.AllocatedBytes - allocated, Is.EqualTo(expected));
        Assert.That(Session.HeldBytes - held, Is.EqualTo(expected));
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
        Assert.That(Session.AllocatedBytes - allocated, Is.EqualTo(expected));
    }

    [Test]
    public void Arenas_give_back_what_they_held()
    {
        long held = Session.HeldBytes;
        var arena = new Arena(Session, 1000);
        Assert.That(Session.HeldBytes - held, Is.AtLeast(4000));
        arena.Dispose();
        arena.Dispose();
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void Every_chunk_arrives()
    {
        byte[] bytes = new byte[Length];
        new System.Random(1).NextBytes(bytes);
        using var buffer = new ByteBuffer(Session, bytes);
        byte[] back = new byte[Length];
        Read(buffer.Bytes, back);
        Assert.That(back.AsSpan().SequenceEqual(bytes), Is.True);
    }

    [Test]
    public void More_memory_than_there_is_is_refused_and_nothing_is_held()
    {
        using var session = DeviceSession.OpenSimulatedGpu(new(256, 32 << 10, 32, 1), new(Bytes: 10_000, LargestBuffer: 5000));
        Assert.That(session.FreeBytes, Is.EqualTo(10_000));
        using var first = new ByteBuffer(session, new byte[4000]);
        using var second = new ByteBuffer(session, new byte[4000]);
        Assert.That(session.FreeBytes, Is.EqualTo(2000));
        Assert.That(() => new ByteBuffer(session, new byte[2001]), Throws.TypeOf<DeviceException>().With.Message.Contains("could not give").And.Message.Contains("simulated"));
        first.Dispose();
        Assert.That(() => new ByteBuffer(session, new byte[5001]), Throws.TypeOf<DeviceException>());
        Assert.That(session.HeldBytes, Is.EqualTo(4000));
    }

    private static void Read(DeviceBytes bytes, byte[] target) => ILGPU.Runtime.ArrayViewExtensions.CopyToCPU(bytes.View, target);
}
