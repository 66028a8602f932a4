using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tests.Tensors;

/// <summary>What is sent through the ring is what launches read, however slow they are.</summary>
public sealed class UploadRingTests(string device) : DeviceFixture(device)
{
    private const int Rounds = 12;

    // One pixel an image, so a batch shows the ring's bytes as they are.
    private const int Images = 500;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Each_launch_reads_what_was_sent_for_it(int slots) => Assert.That(WrongRounds(slots, StreamMark.Of), Is.Empty);

    [Test]
    public void The_check_finds_a_ring_that_does_not_wait_for_its_readers()
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only a CPU session's launches wait until somebody looks; elsewhere the fault shows now and then.");
        Assert.That(WrongRounds(2, _ => new BlindMark()), Is.EqualTo(Enumerable.Range(0, Rounds - 2)));
    }

    [Test]
    public void A_large_slot_has_arrived_to_its_last_byte_when_it_is_taken()
    {
        const int length = 48 << 20, tail = 64;
        using var ring = new UploadRing(Session, length);
        using var placements = new ByteBuffer(Session, Placements(tail));
        var op = new ImageBatchOp(Session, new(new(1, 1, 1, 1), tail, new(1, 1)));
        Tensor mean = Empty(new(1, 1, 1, 1)), x = Empty(new(tail, 1, 1, 1)), labels = Empty(new(tail, 1, 1, 1));
        mean.Clear();
        for (byte round = 1; round <= 3; round++)
        {
            ring.Fill().Fill(round);
            ring.Send();
            op.Run(ring.Take().Slice(length - tail, tail), placements.Bytes, mean, x, labels);
            ring.Release();
            Assert.That(x.ToArray(), Is.All.EqualTo(round));
        }
    }

    [Test]
    public void Steps_out_of_turn_are_refused()
    {
        using var ring = new UploadRing(Session, 8);
        Assert.That(ring.Take, Throws.InvalidOperationException.With.Message.Contains("no slot was sent"));
        Assert.That(ring.Send, Throws.InvalidOperationException.With.Message.Contains("no slot was filled"));
        Assert.That(ring.Release, Throws.InvalidOperationException.With.Message.Contains("no slot is taken"));
        for (int i = 0; i < 2; i++)
        {
            ring.Fill();
            ring.Send();
        }

        Assert.That(() => ring.Fill(), Throws.InvalidOperationException.With.Message.Contains("every slot is sent or taken"));
        ring.Take();
        Assert.That(ring.Waiting, Is.EqualTo(1));
        Assert.That(ring.Take, Throws.InvalidOperationException.With.Message.Contains("one is taken"));
    }

    [Test]
    public void Going_round_takes_no_memory_that_stays()
    {
        using var ring = new UploadRing(Session, 64);
        long held = Session.HeldBytes;
        Round(ring);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Round(ring);
        // A launch's own 64 bytes or so are no launch here: a copy and its marks are all.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000 * 256));
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void All_memory_is_given_back()
    {
        long held = Session.HeldBytes;
        var ring = new UploadRing(Session, 1000, slots: 3);
        Assert.That(Session.HeldBytes - held, Is.EqualTo(Session.UsesTiles ? 0 : 3000));
        ring.Fill();
        ring.Send();
        ring.Dispose();
        ring.Dispose();
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    private static void Round(UploadRing ring)
    {
        ring.Fill();
        ring.Send();
        ring.Take();
        ring.Release();
    }

    private static byte[] Placements(int count) =>
        MemoryMarshal.AsBytes<ImagePlacement>(Enumerable.Range(0, count).Select(i => new ImagePlacement(i, 0, 0, 0, 0)).ToArray()).ToArray();

    // Sends bytes that differ each round, a slot ahead where there is one, and reads them behind a launch that takes the device a while.
    private int[] WrongRounds(int slots, Func<DeviceSession, StreamMark> mark)
    {
        using var ring = new UploadRing(Session, Images, slots, mark);
        using var placements = new ByteBuffer(Session, Placements(Images));
        var op = new ImageBatchOp(Session, new(new(1, 1, 1, 1), Images, new(1, 1)));
        // Not too slow for the simulated GPU, whose launches are done when they return.
        int size = Session.Kind == DeviceKind.SimulatedGpu ? 16 : 128;
        var slow = new MatrixMultiplyOp(Session, new(size, size, size, TransposeA: false, TransposeB: false));
        Tensor a = Tensor(Shape.Matrix(size, size), Values.Uniform(size * size, 1)), product = Empty(Shape.Matrix(size, size));
        Tensor workspace = Empty(Shape.Vector((int)slow.WorkspaceLength + 1));
        Tensor mean = Empty(new(1, 1, 1, 1)), labels = Empty(new(Images, 1, 1, 1));
        Tensor[] results = [.. Enumerable.Range(0, Rounds).Select(_ => Empty(new(Images, 1, 1, 1)))];
        mean.Clear();
        int sent = 0;
        for (int round = 0; round < Rounds; round++)
        {
            while (sent < Rounds && sent < round + slots)
            {
                Fill(ring.Fill(), sent++);
                ring.Send();
            }

            slow.Run(a, a, product, workspace);
            op.Run(ring.Take(), placements.Bytes, mean, results[round], labels);
            ring.Release();
        }

        return [.. Enumerable.Range(0, Rounds).Where(round => !results[round].ToArray().SequenceEqual(Enumerable.Range(0, Images).Select(i => (float)ValueOf(round, i))))];
    }

    private static void Fill(Span<byte> bytes, int round)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = ValueOf(round, i);
    }

    private static byte ValueOf(int round, int i) => (byte)(17 * round + i);

    private sealed class BlindMark : StreamMark
    {
        public override void Set(AcceleratorStream stream)
        {
        }

        public override void Wait()
        {
        }

        public override void Dispose()
        {
        }
    }
}
