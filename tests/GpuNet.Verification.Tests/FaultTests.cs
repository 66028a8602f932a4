using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.Tests;

/// <summary>Each kind of fault makes a case fail, and says what it is.</summary>
public sealed class FaultTests
{
    private DeviceSession session = null!;

    [OneTimeSetUp]
    public void Open() => session = DeviceSession.OpenCpu(1);

    [OneTimeTearDown]
    public void Close() => session.Dispose();

    [Test]
    public void A_value_beyond_the_tolerance()
    {
        var result = Run(room => room.Compare("y", [1, 2, 3], room.Tensor(Shape.Vector(3), [1, 2.001, 3]), 1));
        Assert.That(result.Passed, Is.False);
        Assert.That(result.Error, Is.EqualTo(0.001).Within(1e-6));
        Assert.That(result.Tolerance, Is.EqualTo(Tolerance.Of([3], 1)));
        Assert.That(result.Problem, Does.StartWith("y[1] is 2.001, expected 2 ± ").And.EndWith("1 of 3 values compared are off"));
    }

    [Test]
    public void The_worst_of_several_comparisons_counts()
    {
        var result = Run(room =>
        {
            room.Compare("a", [1000], room.Tensor(Shape.Vector(1), [1000.0001]), 1);
            room.Compare("b", [1], room.Tensor(Shape.Vector(1), [1.0000005]), 1);
            room.Compare("c", [1], room.Tensor(Shape.Vector(1), [1]), 1);
        });
        Assert.That(result.Passed, Is.True, result.Problem);
        Assert.That(result.Tolerance, Is.EqualTo(Tolerance.Of([1], 1)));
    }

    [TestCase(0)]
    [TestCase(9999)]
    public void A_value_at_an_end_of_a_sampled_result(int place)
    {
        var result = Run(room => room.Compare("y", i => i == place ? 2 : 1, room.Tensor(Shape.Vector(10_000), [.. Enumerable.Repeat(1.0, 10_000)]), 1));
        Assert.That(result.Problem, Does.StartWith($"y[{place}] is 1, expected 2"));
    }

    [Test]
    public void A_value_that_was_not_written_outside_the_sample()
    {
        double[] values = [.. Enumerable.Repeat(1.0, 100_000)];
        values[50_001] = double.NaN;
        Assert.That(Run(room => room.Compare("y", _ => 1, room.Tensor(Shape.Vector(100_000), values), 1)).Problem, Is.EqualTo("y[50001] is NaN or was not written"));
    }

    [Test]
    public void A_value_that_is_not_equal()
    {
        var result = Run(room => room.CompareExactly("y", [1], room.Tensor(Shape.Vector(1), [1.0000001])));
        Assert.That((result.Passed, result.Tolerance), Is.EqualTo((false, 0.0)));
    }

    [TestCase(127, -1)]
    [TestCase(128 + 3, 3)]
    public void A_value_written_outside_a_tensor(int place, int shown)
    {
        var result = Run(room =>
        {
            room.CompareExactly("y", [1, 2, 3], room.Tensor(Shape.Vector(3), [1, 2, 3]));
            room.Guarded[0].Slice(place, Shape.Vector(1)).CopyFrom([7]);
        });
        Assert.That(result.Problem, Is.EqualTo($"7 was written at {shown} of a tensor of 3 values, outside it"));
    }

    [Test]
    public void An_op_that_throws()
    {
        var result = Run(_ => throw new ShapeException("one\nline"));
        Assert.That(result.Problem, Is.EqualTo("ShapeException: one line"));
        Assert.That(result.Failure, Is.TypeOf<ShapeException>());
        Assert.That(SelfTest.IsAlive(session), Is.True);
    }

    [Test]
    public void A_case_that_compares_nothing() => Assert.That(Run(_ => { }).Problem, Is.EqualTo("nothing was compared"));

    [Test]
    public void A_device_that_is_closed_is_not_alive()
    {
        var closed = DeviceSession.OpenSimulatedGpu();
        closed.Dispose();
        Assert.That(SelfTest.IsAlive(closed), Is.False);
    }

    private SelfTestResult Run(Action<SelfTestRoom> run) => SelfTest.Run(session, new("op", "pass", "shape", run));
}
