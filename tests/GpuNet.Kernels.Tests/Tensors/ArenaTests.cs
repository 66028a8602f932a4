using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Tensors;

public sealed class ArenaTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Tensors_are_zeroed_and_do_not_overlap()
    {
        using var arena = new Arena(Session, Arena.Footprint(3) + Arena.Footprint(20));
        var first = arena.Take(Shape.Vector(3));
        var second = arena.Take(Shape.Vector(20));
        Assert.That(first.ToArray(), Is.All.Zero);
        second.CopyFrom(Enumerable.Repeat(7f, 20).ToArray());
        Assert.That(first.ToArray(), Is.All.Zero);
        Assert.That(second.ToArray(), Is.All.EqualTo(7f));
    }

    [Test]
    public void An_arena_that_is_used_up_says_what_is_left()
    {
        using var arena = new Arena(Session, 32);
        arena.Take(Shape.Vector(10));
        Assert.That(() => arena.Take(Shape.Vector(17)), Throws.TypeOf<ShapeException>().With.Message.Contains("1×17×1×1 needs 32 values, but 16 of 32 are left"));
    }

    [Test]
    public void Allocated_bytes_are_counted()
    {
        long before = Session.AllocatedBytes;
        using var arena = new Arena(Session, 1000);
        Assert.That(Session.AllocatedBytes - before, Is.InRange(4000, 4000 + 4 * (Arena.Slack + Arena.Alignment)));
    }

    [Test]
    public void More_memory_than_there_is_is_refused()
    {
        if (Session.Kind != DeviceKind.Cpu)
            Assert.Ignore("Only asked of the CPU session: drivers differ in when they refuse.");
        Assert.That(() => new Arena(Session, 1L << 50), Throws.TypeOf<DeviceException>().With.Message.Contains("could not give"));
    }

    [Test]
    public void Slices_and_reshapes_are_windows_of_the_same_memory()
    {
        var tensor = Empty(new(2, 3, 1, 4));
        tensor.Clear();
        tensor.Slice(12, new(1, 3, 1, 4)).CopyFrom(Enumerable.Repeat(1f, 12).ToArray());
        Assert.That(tensor.Reshape(Shape.Matrix(2, 12)).ToArray(), Is.EqualTo(Enumerable.Repeat(0f, 12).Concat(Enumerable.Repeat(1f, 12))));
        Assert.That(() => tensor.Slice(13, new(1, 3, 1, 4)), Throws.TypeOf<ShapeException>().With.Message.Contains("reaches past"));
        Assert.That(() => tensor.Reshape(Shape.Vector(25)), Throws.TypeOf<ShapeException>().With.Message.Contains("25"));
    }

    [TestCase(-2, -3, 1, 1)]
    [TestCase(1, -1, 1, 1)]
    [TestCase(65536, 65536, 65536, 65536)]
    public void Sides_that_make_no_shape_are_refused(int n, int c, int h, int w)
    {
        var shape = new Shape(n, c, h, w);
        var tensor = Empty(Shape.Vector(6));
        using var arena = new Arena(Session, 32);
        Assert.That(() => arena.Take(shape), Throws.TypeOf<ShapeException>().With.Message.StartsWith($"arena: {shape}"));
        Assert.That(() => tensor.Slice(0, shape), Throws.TypeOf<ShapeException>().With.Message.StartsWith($"slice: {shape}"));
        Assert.That(() => tensor.Reshape(shape), Throws.TypeOf<ShapeException>().With.Message.StartsWith($"reshape: {shape}"));
    }

    // The longer one is cleared in two steps on a GPU.
    [TestCase(24)]
    [TestCase((1 << 20) + 5)]
    public void Clearing_a_window_leaves_its_neighbours(int length)
    {
        const int before = 136;
        var tensor = Tensor(Shape.Vector(before + length + 1000), [.. Enumerable.Repeat(1.0, before + length + 1000)]);
        tensor.Slice(before, Shape.Vector(length)).Clear();
        float[] values = tensor.ToArray();
        Assert.That(values[before..(before + length)].All(value => value == 0f), Is.True);
        Assert.That(values[..before].Concat(values[(before + length)..]), Is.All.EqualTo(1f));
    }

    [Test]
    public void A_copy_of_another_length_is_refused()
    {
        var tensor = Empty(Shape.Vector(3));
        Assert.That(() => tensor.CopyFrom(new float[4]), Throws.TypeOf<ShapeException>().With.Message.Contains("4 values"));
        Assert.That(() => tensor.CopyTo(new float[2]), Throws.TypeOf<ShapeException>().With.Message.Contains("2 values"));
    }
}
