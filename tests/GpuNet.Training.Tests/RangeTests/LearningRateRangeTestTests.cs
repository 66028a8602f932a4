using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Optimizers;
using GpuNet.Training.RangeTests;

namespace GpuNet.Training.Tests.RangeTests;

public sealed class LearningRateRangeTestTests
{
    private static readonly RangeTestOptions Short = new() { Iterations = 30, MaxRate = 0.05 };

    private static DeviceSession Session => TestDevice.Open("cpu");

    [Test]
    public void The_sweep_rises_by_the_same_amount_or_factor()
    {
        using var network = Tiny.Model(10).Compile(Session, 5);
        var linear = LearningRateRangeTest.Run(network, Tiny.Data(), Tiny.Options(1), Short);
        var exponential = LearningRateRangeTest.Run(network, Tiny.Data(), Tiny.Options(1), Short with { Shape = SweepShape.Exponential, MinRate = 0.0005 });
        Assert.That(linear.Losses.Select(point => point.Rate), Is.EqualTo(Enumerable.Range(0, 30).Select(i => 0.05 * i / 30)).Within(1e-15));
        Assert.That(exponential.Losses.Select(point => point.Rate), Is.EqualTo(Enumerable.Range(0, 30).Select(i => 0.0005 * Math.Pow(100, i / 30.0))).Within(1e-9).Percent);
        Assert.That(linear.Accuracies, Has.Length.EqualTo(31));
        Assert.That((linear.End, linear.Accuracies[0].Iteration, linear.Accuracies[^1].Rate), Is.EqualTo((SweepEnd.Completed, 0L, linear.Losses[^1].Rate)));
        Assert.That(linear.Suggestion is null, Is.Not.EqualTo(linear.Problem is null));
    }

    [Test]
    public void The_loss_is_smoothed_without_a_bias_to_zero()
    {
        using var network = Tiny.Model(10).Compile(Session, 5);
        var test = LearningRateRangeTest.Run(network, Tiny.Data(), Tiny.Options(1), Short with { Smoothing = 0.9 });
        double sum = 0, weights = 0;
        foreach (var point in test.Losses)
        {
            (sum, weights) = (0.9 * sum + point.Loss, 0.9 * weights + 1);
            Assert.That(point.Smoothed, Is.EqualTo(sum / weights).Within(1e-12));
        }
    }

    [Test]
    public void The_sweep_lasts_epochs_unless_told_otherwise()
    {
        using var network = Tiny.Model(10).Compile(Session, 5);
        var sweep = LearningRateRangeTest.SweepOf(network, Tiny.Data(train: 60), Tiny.Options(1) with { IterationSize = 2, TenCrop = true }, new() { Epochs = 8 });
        Assert.That((sweep.Iterations, sweep.TestInterval, sweep.TenCrop), Is.EqualTo((24L, 1L, false)));
    }

    // Velocities that are not zero, weights that have moved: what a run in its middle has.
    [Test]
    public void The_next_iterations_have_the_bits_of_a_run_that_never_tested([Values("done", "diverged", "not finite", "cancelled", "failed")] string end)
    {
        float[] untested = Train(null);
        Assert.That(Train(network => network.ParameterGroups[0].Value.Clear()), Is.Not.EqualTo(untested));
        Assert.That(Train(Test), Is.EqualTo(untested));

        void Test(Network network)
        {
            using var source = new CancellationTokenSource();
            ITrainingObserver? observer = end switch
            {
                "cancelled" => new AtIteration(7, source.Cancel),
                "failed" => new AtIteration(7, () => throw new InvalidOperationException("planted")),
                _ => null,
            };
            var options = end switch
            {
                "diverged" => Short with { MaxRate = 30, DivergenceFactor = 1.5, Smoothing = 0 },
                "not finite" => Short with { MaxRate = 1e30 },
                _ => Short,
            };
            if (end == "failed")
            {
                Assert.That(() => LearningRateRangeTest.Run(network, Tiny.Data(), Tiny.Options(1), options, observer), Throws.InvalidOperationException);
                return;
            }

            var result = LearningRateRangeTest.Run(network, Tiny.Data(), Tiny.Options(1), options, observer, source.Token);
            Assert.That(result.End, Is.EqualTo(end switch { "done" => SweepEnd.Completed, "diverged" => SweepEnd.Diverged, "not finite" => SweepEnd.NotFinite, _ => SweepEnd.Cancelled }));
            Assert.That(result.Losses.All(point => double.IsFinite(point.Loss) && double.IsFinite(point.Smoothed)));
            Assert.That(result.Losses.Length, end == "done" ? Is.EqualTo(30) : Is.LessThan(30));
            Assert.That(result.EndText, Does.Contain(end switch { "done" => "0.05", "diverged" => "1.5 times", "not finite" => "iteration", _ => "cancelled" }));
        }
    }

    [Test]
    public void A_setting_out_of_its_range_is_refused()
    {
        AssertRefused(new() { MaxRate = 0 }, "--max-rate");
        AssertRefused(new() { MaxRate = double.NaN }, "NaN");
        AssertRefused(new() { MinRate = 0.03 }, "0.03");
        AssertRefused(new() { MinRate = -1 }, "-1");
        AssertRefused(new() { MinRate = 0, Shape = SweepShape.Exponential }, "linear");
        AssertRefused(new() { Iterations = 9 }, "9");
        AssertRefused(new() { Epochs = 0 }, "0 epochs");
        AssertRefused(new() { Smoothing = 1 }, "smoothing is 1");
        AssertRefused(new() { DivergenceFactor = 1 }, "--stop-at");

        static void AssertRefused(RangeTestOptions options, string part) => Assert.That(options.ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains(part));
    }

    private static float[] Train(Action<Network>? inTheMiddle)
    {
        using var network = Tiny.Model(10).Compile(Session, 5);
        using var optimizer = new Optimizer(network, new OptimizerOptions(OptimizerKind.Sgd, 0.9), 0.001);
        var random = new Random(3);
        float[] pixels = [.. Enumerable.Range(0, (int)network.Input.Length).Select(_ => 4 * random.NextSingle() - 2)];
        float[] labels = [.. Enumerable.Range(0, 10).Select(i => (float)(i % Tiny.Classes))];
        for (int iteration = 0; iteration < 60; iteration++)
        {
            if (iteration == 10)
                inTheMiddle?.Invoke(network);
            network.Input.CopyFrom(pixels);
            network.Labels.CopyFrom(labels);
            network.Forward(Phase.Train, iteration);
            network.Backward();
            optimizer.Update(0.01, 0.9, iteration);
        }

        var weights = new List<float>();
        foreach (var group in network.ParameterGroups)
        {
            var values = new float[group.Value.Length];
            group.Value.CopyTo(values);
            weights.AddRange(values);
        }

        return [.. weights];
    }

    private sealed class AtIteration(long iteration, Action act) : ITrainingObserver
    {
        public void OnIteration(IterationRecord record)
        {
            if (record.Iteration == iteration)
                act();
        }
    }
}
