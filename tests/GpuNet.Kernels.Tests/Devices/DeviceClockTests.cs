using System.Diagnostics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class DeviceClockTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Marks_time_what_was_launched_between_them()
    {
        var x = Tensor(Shape.Vector(1 << 20), new double[1 << 20]);
        var relu = new ReluOp(Session);
        var clock = new DeviceClock(Session);
        long start = Stopwatch.GetTimestamp();
        int first = clock.Mark();
        relu.Forward(x, x);
        int second = clock.Mark();
        int third = clock.Mark();
        double launched = clock.Milliseconds(first, second), all = clock.Milliseconds(first, third);
        double outside = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Assert.That((first, second, third), Is.EqualTo((0, 1, 2)));
        using (Assert.EnterMultipleScope())
        {
            // A million values take 1 µs nowhere.
            Assert.That(launched, Is.InRange(0.001, outside));
            Assert.That(all, Is.InRange(launched, outside));
            Assert.That(clock.Milliseconds(third, third), Is.Zero);
        }
    }

    [Test]
    public void Marks_are_numbered_anew_after_a_reset()
    {
        var clock = new DeviceClock(Session);
        clock.Mark();
        clock.Mark();
        clock.Milliseconds(0, 1);
        clock.Reset();
        Assert.That(clock.Mark(), Is.Zero);
        Assert.That(() => clock.Milliseconds(0, 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("marks 0 to 1; there are 1"));
        clock.Milliseconds(0, 0);
    }
}
