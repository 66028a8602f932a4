using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Tests.Tiles;

public sealed class WorkerBarrierTests
{
    private const int Rounds = 300;

    [Test]
    public void No_worker_goes_on_before_all_have_arrived([Values(1, 2, 3, 7)] int workers)
    {
        using var session = DeviceSession.OpenCpu(workers);
        using var arena = new Arena(session, 2 * (workers + Arena.Alignment));
        Tensor reached = arena.Take(Shape.Vector(workers)), early = arena.Take(Shape.Vector(workers));
        var launcher = new TileLauncher<Phases>(session);
        // Twice: the counter goes on from where the last launch has left it.
        launcher.Run(new(reached.View, early.View, session.Tiles.Barrier));
        session.Synchronize();
        launcher.Run(new(reached.View, early.View, session.Tiles.Barrier));
        Assert.That(reached.ToArray(), Is.All.EqualTo(Rounds));
        Assert.That(early.ToArray(), Is.All.Zero);
    }

    private readonly struct Phases(ArrayView<float> reached, ArrayView<float> early, WorkerBarrier barrier) : ITile
    {
        private readonly ArrayView<float> reached = reached, early = early;
        private readonly WorkerBarrier barrier = barrier;

        public void Run<S, V>(int worker, int workers)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int round = 1; round <= Rounds; round++)
            {
                reached[worker] = round;
                barrier.Wait(workers);
                // Nobody is behind, and nobody is in the next round, since that begins behind the second wait.
                for (int other = 0; other < workers; other++)
                    early[worker] += Volatile.Read(ref reached[other]) == round ? 0 : 1;
                barrier.Wait(workers);
            }
        }
    }
}
