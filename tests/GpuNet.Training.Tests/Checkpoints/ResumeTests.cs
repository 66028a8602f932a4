using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>A run that goes on from a checkpoint is the run that was never stopped, to the bit, wherever it was stopped.</summary>
public sealed class ResumeTests
{
    private const int Iterations = 24;

    private static DeviceSession Session => TestDevice.Open("cpu");

    [TestCase("sgd:form=caffe", 1)]
    [TestCase("sgd:form=caffe", 10)]
    [TestCase("sgd:form=torch", 11)]
    [TestCase("sgd:form=torch", Iterations)]
    public void A_resumed_run_is_the_unbroken_one(string optimizer, int stop)
    {
        using var folder = new TemporaryFolder();
        StoppedRun.AssertGoesOn(Session, StoppedRun.Options(Iterations) with { Optimizer = OptimizerText.Parse(optimizer) }, stop, folder.Root);
    }

    [Test]
    public void A_run_may_be_made_longer()
    {
        using var folder = new TemporaryFolder();
        StoppedRun.Run(Session, StoppedRun.Options(10), folder.At("short"));
        var (_, weights) = StoppedRun.Run(Session, StoppedRun.Options(Iterations), folder.At("short"), CheckpointFolder.FindNewest(folder.At("short"), Assert.Fail));
        Assert.That(weights, Is.EqualTo(StoppedRun.Run(Session, StoppedRun.Options(Iterations), folder.At("long")).Weights));
    }

    [Test]
    public void Between_two_checkpoints_nothing_waits()
    {
        using var folder = new TemporaryFolder();
        using var network = StoppedRun.Model().Compile(Session, 5);
        var options = StoppedRun.Options(Iterations) with { TestInterval = 0, DisplayInterval = 100 };
        using var trainer = new Trainer(network, Tiny.Data(), options);
        var saved = new CheckpointFolder(folder.Root);
        var waits = new WaitingObserver(() => Session.Waits);
        trainer.Run(new TrainingObservers(waits, StoppedRun.Writer(trainer, saved, options, null, interval: 10)));
        long[] between = [.. waits.Before.Skip(1).Zip(waits.Before, (after, before) => after - before)];
        // The loss of iteration 0 is read, and checkpoints are written before 0, 10 and 20.
        Assert.That(between.Index().Where(wait => wait.Item > 0).Select(wait => wait.Index), Is.EqualTo((int[])[0, 10, 20]));
    }

    private sealed class WaitingObserver(Func<long> waits) : ITrainingObserver
    {
        public List<long> Before { get; } = [];

        public void BeforeIteration(long iteration) => Before.Add(waits());
    }
}
