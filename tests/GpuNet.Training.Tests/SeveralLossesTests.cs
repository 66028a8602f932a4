using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests;

/// <summary>Networks with auxiliary heads: the main loss is logged, the weighted sum is watched.</summary>
public sealed class SeveralLossesTests
{
    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void The_total_is_the_weighted_sum_and_the_main_loss_the_last()
    {
        using var network = Tiny.TwoHeads(5).Compile(Session, 3);
        network.Input.CopyFrom([.. Values.Uniform(network.Input.Length, 1).Select(value => (float)value)]);
        network.Labels.CopyFrom([0, 1, 2, 3, -1]);
        network.Forward(Phase.Train, 0);
        var losses = network.ReadLosses();
        Assert.That(losses.Main, Is.EqualTo(network.ReadLoss().Loss).And.EqualTo(network.ReadLoss("main").Loss));
        Assert.That(losses.Total, Is.EqualTo(losses.Main + Tiny.AuxiliaryWeight * network.ReadLoss("auxiliary").Loss));
        Assert.That(network.ReadLoss("auxiliary").Loss, Is.Positive);
    }

    [TestCase(1)]
    [TestCase(3)]
    public void The_log_has_the_main_loss(int iterationSize)
    {
        using var network = Tiny.TwoHeads(10).Compile(Session, 3);
        var data = Tiny.Data();
        using var trainer = new Trainer(network, data, Tiny.Options(1) with { IterationSize = iterationSize, Shuffle = false, Mean = PixelMean.None });
        double expected = 0;
        for (int batch = 0; batch < iterationSize; batch++)
        {
            network.Input.CopyFrom([.. Enumerable.Range(10 * batch, 10).SelectMany(i => data.Train.Image(i).ToArray()).Select(value => (float)value)]);
            network.Labels.CopyFrom([.. Enumerable.Range(10 * batch, 10).Select(i => (float)data.Train.Label(i))]);
            network.Forward(Phase.Test, 0);
            expected += network.ReadLoss("main").Loss / iterationSize;
        }

        var observer = new RecordingObserver();
        trainer.Run(observer);
        Assert.That(observer.Iterations[0].Loss, Is.EqualTo(expected).Within(1e-6));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_run_whose_auxiliary_loss_alone_is_not_finite_has_diverged(int iterationSize)
    {
        // Its scores overflow, all of them.
        using var network = Tiny.TwoHeads(10, Filler.Constant(float.MaxValue)).Compile(Session, 3);
        using var trainer = new Trainer(network, Tiny.Data(), Tiny.Options(5) with { IterationSize = iterationSize });
        var observer = new RecordingObserver();
        var result = trainer.Run(observer);
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Diverged));
        Assert.That(result.Divergence!.Value, Is.EqualTo(new Divergence(0, -1, 0.01, double.NaN)));
        Assert.That(observer.Iterations.Select(record => double.IsFinite(record.Loss)), Is.EqualTo((bool[])[true]));
    }

    [Test]
    public void Both_heads_learn_and_the_evaluation_is_the_main_ones()
    {
        using var network = Tiny.TwoHeads(10).Compile(Session, 3);
        using var trainer = new Trainer(network, Tiny.Data(), Tiny.Options(80) with { TestAtStart = true, IterationSize = 2 });
        double before = Auxiliary();
        var result = trainer.Run();
        Assert.That(result.Last?.Accuracy, Is.GreaterThan(0.9));
        Assert.That(Auxiliary(), Is.LessThan(0.5 * before));

        double Auxiliary()
        {
            network.Labels.CopyFrom(new float[10]);
            using var evaluator = new Evaluator(network, Tiny.Data(test: 10).Test, new float[64]);
            evaluator.Run();
            return network.ReadLoss("auxiliary").Loss;
        }
    }
}
