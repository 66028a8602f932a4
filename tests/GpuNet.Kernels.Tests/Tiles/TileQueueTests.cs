using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Tests.Tiles;

public sealed class TileQueueTests
{
    private const int Length = 100;

    [Test]
    public void Launches_run_in_order_however_many_there_are([Values(1, 2, 255, 256, 257, 600)] int launches, [Values(1, 3)] int workers)
    {
        using var session = DeviceSession.OpenCpu(workers);
        using var arena = new Arena(session, Length + Arena.Alignment);
        var x = arena.Take(Shape.Vector(Length));
        var launcher = new TileLauncher<Step>(session);
        for (int i = 0; i < launches; i++)
            launcher.Run(new(x.View, i));
        Assert.That(x.ToArray(), Is.All.EqualTo(Steps(launches)));
    }

    [Test]
    public void Launchers_that_take_turns_run_in_order()
    {
        using var session = DeviceSession.OpenCpu(2);
        using var arena = new Arena(session, Length + Arena.Alignment);
        var x = arena.Take(Shape.Vector(Length));
        TileLauncher<Step>[] launchers = [new(session), new(session), new(session)];
        for (int i = 0; i < 500; i++)
            launchers[i % 3].Run(new(x.View, i));
        Assert.That(x.ToArray(), Is.All.EqualTo(Steps(500)));
    }

    [Test]
    public void Copies_and_clears_keep_their_place_among_the_launches()
    {
        using var session = DeviceSession.OpenCpu(2);
        using var arena = new Arena(session, 2 * (Length + Arena.Alignment));
        Tensor x = arena.Take(Shape.Vector(Length)), copy = arena.Take(Shape.Vector(Length));
        var launcher = new TileLauncher<Step>(session);
        launcher.Run(new(x.View, 0));
        launcher.Run(new(x.View, 1));
        copy.CopyFrom(x);
        launcher.Run(new(x.View, 2));
        Assert.That(copy.ToArray(), Is.All.EqualTo(Steps(2)));
        Assert.That(x.ToArray(), Is.All.EqualTo(Steps(3)));
        launcher.Run(new(x.View, 3));
        x.Clear();
        launcher.Run(new(x.View, 0));
        Assert.That(x.ToArray(), Is.All.EqualTo(Steps(1)));
    }

    [Test]
    public void An_arena_that_is_freed_first_runs_what_waits_for_it()
    {
        using var session = DeviceSession.OpenCpu(2);
        using var kept = new Arena(session, Length + Arena.Alignment);
        var x = kept.Take(Shape.Vector(Length));
        new TileLauncher<Step>(session).Run(new(x.View, 0));
        new Arena(session, Length).Dispose();
        Assert.That(x.ToArray(), Is.All.EqualTo(Steps(1)));
    }

    [Test]
    public void A_session_may_be_closed_while_launches_wait()
    {
        var session = DeviceSession.OpenCpu(2);
        var x = new Arena(session, Length + Arena.Alignment).Take(Shape.Vector(Length));
        new TileLauncher<Step>(session).Run(new(x.View, 0));
        Assert.That(session.Dispose, Throws.Nothing);
        Assert.That(session.Flush, Throws.Nothing, "nothing waits any more");
    }

    // What the launches 0, 1, … leave in each value: it tells any other order or number of them apart.
    private static float Steps(int launches)
    {
        float value = 0;
        for (int i = 0; i < launches; i++)
            value = Step.Next(value, i);
        return value;
    }

    private readonly struct Step(ArrayView<float> x, int number) : ITile
    {
        private readonly ArrayView<float> x = x;
        private readonly int number = number;

        public static float Next(float value, int number) => (3 * value + number + 1) % 1009;

        // The shares turn around from launch to launch, so that a worker reads what another has written.
        public void Run<S, V>(int worker, int workers)
            where S : struct, ISimd<V>
            where V : struct
        {
            var share = Share.Of((int)x.Length, number % 2 == 0 ? worker : workers - 1 - worker, workers);
            for (int i = share.Begin; i < share.End; i++)
                x[i] = Next(x[i], number);
        }
    }
}
