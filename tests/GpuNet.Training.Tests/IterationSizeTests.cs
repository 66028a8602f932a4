using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests;

/// <summary>Updates from several batches, and clipped gradients.</summary>
public sealed class IterationSizeTests
{
    private static readonly TrainingOptions Options = Tiny.Options(6) with { DisplayInterval = 1, TestInterval = 4 };

    private static DeviceSession Session => TestDevice.Open("cpu");

    [TestCase(null)]
    [TestCase(0.5)]
    public void Two_batches_of_half_the_size_are_one_batch(double? clip)
    {
        var (whole, wholeWeights) = Run(Options with { ClipGradients = clip is { } most ? most / 2 : null }, 20);
        foreach (int parts in (int[])[2, 4])
        {
            // The limit is that of the sum over the batches: so many times that of their mean.
            var (split, weights) = Run(Options with { IterationSize = parts, ClipGradients = clip * parts / 2 }, 20 / parts);
            // Six updates of float32 sums; the losses are means over 20 items.
            Close.To([.. wholeWeights.Select(value => (double)value)], weights, 6 * 64, $"weights, {parts} parts");
            Close.To([.. whole.LossCurve.Select(point => point.Loss)], [.. split.LossCurve.Select(point => (float)point.Loss)], 6 * 64, $"losses, {parts} parts");
            Assert.That(split.Iterations, Is.EqualTo(6));
            Assert.That(split.Evaluations.Select(evaluation => evaluation.Iteration), Is.EqualTo((long[])[4, 6]));
        }
    }

    [Test]
    public void A_limit_that_is_never_reached_changes_no_bit_and_a_low_one_shortens_the_step()
    {
        var (_, expected) = Run(Options, 10);
        Assert.That(Run(Options with { ClipGradients = 1e9 }, 10).Weights, Is.EqualTo(expected));
        // Without momentum and decay one step is rate · gradient.
        var one = Options with { Iterations = 1, Optimizer = new(OptimizerKind.Sgd, 0), WeightDecay = 0, ClipGradients = 0.125 };
        double[] step = [.. Run(one, 10).Weights.Zip(Start(10), (after, before) => (double)after - before)];
        Assert.That(Math.Sqrt(step.Sum(value => value * value)), Is.EqualTo(0.01 * 0.125).Within(0.01 * 0.125 * 1e-3));
    }

    [Test]
    public void The_same_seed_gives_the_same_bits()
    {
        var options = Options with { IterationSize = 3, ClipGradients = 0.5, Crop = 6, Mirror = true };
        var first = Tiny.Train(Session, options, batch: 7);
        Assert.That(Tiny.Train(Session, options, batch: 7).LossCurve, Is.EqualTo(first.LossCurve));
        Assert.That(Tiny.Train(Session, options with { Seed = 6 }, batch: 7).LossCurve, Is.Not.EqualTo(first.LossCurve));
    }

    [Test]
    public void Images_per_second_count_all_batches()
    {
        var result = Tiny.Train(Session, Tiny.Options(20) with { IterationSize = 10 }, batch: 10);
        Assert.That(20 * 10 * 10 / result.ImagesPerSecond, Is.LessThanOrEqualTo(result.Elapsed.TotalSeconds));
    }

    [Test]
    public void Each_batch_of_an_update_has_masks_of_its_own()
    {
        // Dropout before the only learned layer, whose gradient at weights of 0 is (p − label)·x·mask: equal masks would double it.
        var gradients = new List<float[]>();
        using var network = Dropping().Compile(Session, 3);
        network.Input.CopyFrom([.. Enumerable.Repeat(1f, (int)network.Input.Length)]);
        for (int batch = 0; batch < 2; batch++)
        {
            network.Forward(Phase.Train, batch);
            network.Backward();
            gradients.Add(network.Parameters[0].Gradient.ToArray());
        }

        Assert.That(gradients[0], Is.Not.EqualTo(gradients[1]));
        using var again = Dropping().Compile(Session, 3);
        var ones = new ImageArray("ones", Tiny.Image, [.. Enumerable.Repeat((byte)1, 64 * 4)], new byte[4], ["a", "b"]);
        using var trainer = new Trainer(again, new("ones", ones, ones), new(new FixedPolicy(1), 1, new(OptimizerKind.Sgd, 0)) { IterationSize = 2, Mean = PixelMean.None });
        trainer.Run();
        double[] mean = [.. gradients[0].Zip(gradients[1], (a, b) => -((double)a + b) / 2)];
        Close.To(mean, again.Parameters[0].Value.ToArray(), 16, "weights after an update at rate 1");
    }

    private static NetworkBuilder Dropping()
    {
        var net = new NetworkBuilder(Tiny.Image.WithBatch(2), 2);
        net.SoftmaxLoss("loss", net.InnerProduct("ip", net.Dropout("drop", net.Input, 0.5f), 2, Filler.Constant(0)));
        return net;
    }

    private static float[] WeightsOf(Network network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    private static float[] Start(int batch)
    {
        using var network = Tiny.Model(batch).Compile(Session, Options.Seed);
        return WeightsOf(network);
    }

    private static (TrainingResult Result, float[] Weights) Run(TrainingOptions options, int batch)
    {
        using var network = Tiny.Model(batch).Compile(Session, options.Seed);
        using var trainer = new Trainer(network, Tiny.Data(), options);
        return (trainer.Run(), WeightsOf(network));
    }
}
