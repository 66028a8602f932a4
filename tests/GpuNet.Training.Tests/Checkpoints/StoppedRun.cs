using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>A run in which everything plays a part that one iteration hands on to the next, or that depends on its number; it may be stopped and go on.</summary>
internal static class StoppedRun
{
    public static TrainingOptions Options(long iterations) => Tiny.Options(iterations) with
    {
        Policy = PolicyText.Parse("warmup:base=0.0001,max=0.01,step=4/triangular2:base=0.001,max=0.02,step=5@4"),
        MomentumRange = new(0.95, 0.8),
        IterationSize = 2,
        ClipGradients = 0.5,
        Crop = 6,
        Mirror = true,
        TestInterval = 5,
        DisplayInterval = 3,
    };

    /// <summary>Has dropout: two runs of one seed have the same masks.</summary>
    public static NetworkBuilder Model()
    {
        var net = new NetworkBuilder(Tiny.Image.WithBatch(7) with { H = 6, W = 6 }, Tiny.Classes);
        var hidden = net.Dropout("drop1", net.Relu("relu1", net.InnerProduct("ip1", net.Input, 9)), 0.3f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", hidden, Tiny.Classes));
        return net;
    }

    public static CheckpointWriter Writer(Trainer trainer, CheckpointFolder folder, TrainingOptions options, Checkpoint? from, long interval = 1000) =>
        new(trainer, folder, new(interval), RunSettings.Of(Tiny.Recipe(options), Tiny.Data()), _ => new Dictionary<string, string>(), from: from);

    /// <summary>Trains, to the end or until so many updates are made.</summary>
    public static (TrainingResult Result, float[] Weights) Run(DeviceSession session, TrainingOptions options, string path, Checkpoint? from = null, int? stopAt = null)
    {
        Directory.CreateDirectory(path);
        using var network = Model().Compile(session, options.Seed);
        // Other weights than those of the run, which the checkpoint has to bring.
        if (from is not null)
            network.Initialize(77);
        using var trainer = new Trainer(network, Tiny.Data(test: 7), options);
        if (from is not null)
            trainer.Resume(from);
        var folder = new CheckpointFolder(path);
        using var stop = new CancellationTokenSource();
        var result = trainer.Run(new TrainingObservers(new StoppingObserver(stopAt, stop), Writer(trainer, folder, options, from)), stop.Token);
        Assert.That(result.Outcome, Is.EqualTo(stopAt is null ? RunOutcome.Completed : RunOutcome.Cancelled));
        return (result, [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())]);
    }

    /// <summary>Stops a run, goes on with it, and holds the result against the unbroken run's: weights, optimizer, evaluations and losses, all to the bit.</summary>
    public static void AssertGoesOn(DeviceSession session, TrainingOptions options, int stop, string folder)
    {
        string brokenFolder = Path.Combine(folder, "broken"), unbrokenFolder = Path.Combine(folder, "unbroken");
        var (unbroken, unbrokenWeights) = Run(session, options, unbrokenFolder);
        Run(session, options, brokenFolder, stopAt: stop);
        var from = CheckpointFolder.FindNewest(brokenFolder, Assert.Fail)!;
        Assert.That(from.Iteration, Is.EqualTo(stop));
        var (resumed, weights) = Run(session, options, brokenFolder, from);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(weights, Is.EqualTo(unbrokenWeights));
            Assert.That(StateOf(session, options, brokenFolder), Is.EqualTo(StateOf(session, options, unbrokenFolder)).And.Some.Not.Zero);
            Assert.That(resumed.Evaluations, Is.EqualTo(unbroken.Evaluations));
            Assert.That(resumed.LossCurve, Is.EqualTo(unbroken.LossCurve));
            Assert.That(resumed.Iterations, Is.EqualTo(options.Iterations));
            Assert.That(resumed.Elapsed, Is.GreaterThan(from.Progress.Elapsed));
        }
    }

    // All values that the optimizer keeps, from the checkpoint at the end.
    private static float[] StateOf(DeviceSession session, TrainingOptions options, string path)
    {
        using var network = Model().Compile(session, 1);
        using var optimizer = new Optimizer(network, options.Optimizer, 0);
        Checkpoint.Read(Path.Combine(path, CheckpointFolder.LatestFile)).Restore(network, optimizer.State);
        return [.. optimizer.State.SelectMany(state => state.Groups).SelectMany(group => group.ToArray())];
    }

    private sealed class StoppingObserver(int? stopAt, CancellationTokenSource stop) : ITrainingObserver
    {
        public void BeforeIteration(long iteration)
        {
            // The iteration that has begun is finished.
            if (iteration == stopAt - 1)
                stop.Cancel();
        }
    }
}
