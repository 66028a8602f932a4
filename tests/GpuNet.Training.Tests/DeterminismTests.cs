using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests;

/// <summary>
/// What docs/determinism.md says of a device, on a short run in which everything that sums or draws plays a part. Runs are held against each other bit by bit: every
/// weight, every loss, every evaluation.
/// </summary>
public sealed class DeterminismTests(string device) : DeviceFixture(device)
{
    private const int Iterations = 3;

    private static readonly string[] Optimizers = ["sgd", "adam"];

    private readonly Dictionary<string, Run> runs = [];

    [Test]
    public void The_same_run_twice_has_the_same_bits([ValueSource(nameof(Optimizers))] string optimizer) =>
        AssertSame(Train(Session, Options(optimizer)), RunOf(optimizer), "the second run");

    [Test]
    public void What_is_held_against_itself_can_differ() =>
        Assert.That(Train(Session, Options("sgd") with { Seed = 6 }).Weights, Is.Not.EqualTo(RunOf("sgd").Weights), "another seed");

    [Test]
    public void Streamed_and_resident_images_give_the_same_bits() =>
        AssertSame(Train(Session, Options("sgd") with { Feed = FeedMode.Streamed }), RunOf("sgd"), "streamed");

    [Test]
    public void Weights_do_not_depend_on_how_often_the_run_is_shown_and_tested() =>
        Assert.That(Train(Session, Options("sgd") with { DisplayInterval = 100, TestInterval = 1, TestAtStart = true }).Weights, Is.EqualTo(RunOf("sgd").Weights));

    [Test]
    public void Any_number_of_workers_gives_the_same_bits([ValueSource(nameof(Optimizers))] string optimizer)
    {
        if (Session.Kind != DeviceKind.Cpu)
            Assert.Ignore("Only the processor has workers.");
        var one = OnWorkers(1);
        foreach (int workers in (int[])[2, 3])
            AssertSame(OnWorkers(workers), one, $"{workers} workers");

        Run OnWorkers(int workers)
        {
            using var session = DeviceSession.OpenCpu(workers);
            return Train(session, Options(optimizer));
        }
    }

    // Resident, shown at every iteration, evaluated twice.
    private static TrainingOptions Options(string optimizer) => Tiny.Options(Iterations) with
    {
        Policy = new TriangularPolicy(0.001, 0.02, 2),
        Optimizer = OptimizerText.Parse(optimizer),
        ClipGradients = 1,
        Mirror = true,
        TestInterval = 2,
        DisplayInterval = 1,
        Feed = FeedMode.Resident,
    };

    private Run RunOf(string optimizer) => runs.TryGetValue(optimizer, out var run) ? run : runs[optimizer] = Train(Session, Options(optimizer));

    // On the processor wider, with a second convolution, which Winograd computes. A simulated GPU is slow, and that layer would be the first one's kernels again.
    private static NetworkBuilder Model(int side, bool isWide)
    {
        var net = new NetworkBuilder(new(2, 1, side, side), Tiny.Classes);
        var x = net.Relu("relu1", net.Convolution("conv1", net.Input, isWide ? 32 : 4, 3, padding: 1));
        if (isWide)
            x = net.Relu("relu2", net.Convolution("conv2", x, 32, 3, padding: 1));
        x = net.LocalResponseNorm("norm1", net.MaxPooling("pool1", x, 3, 2), NormRegion.AcrossChannels, 3, 0.01f, 0.75f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip1", net.Dropout("drop1", x, 0.3f), Tiny.Classes));
        return net;
    }

    private static Run Train(DeviceSession session, TrainingOptions options)
    {
        bool isWide = session.Kind == DeviceKind.Cpu;
        options = options with { Crop = isWide ? 8 : 4 };
        using var network = Model(options.Crop.Value, isWide).Compile(session, options.Seed);
        int[] start = Bits(network);
        using var trainer = new Trainer(network, Tiny.Data(train: 7, test: 2), options);
        var observer = new RecordingObserver();
        var result = trainer.Run(observer);
        int[] weights = Bits(network);
        Assert.That(result.Outcome, Is.EqualTo(RunOutcome.Completed));
        Assert.That(weights.Zip(start, (after, before) => after != before).Count(moved => moved), Is.GreaterThan(weights.Length / 2), "weights that the run moved");
        return new(
            weights,
            [.. observer.Iterations.Select(record => BitConverter.DoubleToInt64Bits(record.Loss))],
            [.. result.Evaluations.SelectMany(evaluation => new[] { evaluation.Loss, evaluation.Accuracy, evaluation.Top5Accuracy }).Select(BitConverter.DoubleToInt64Bits)]);
    }

    // As floats −0 would equal 0.
    private static int[] Bits(Network network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    private static void AssertSame(Run actual, Run expected, string what)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(actual.Losses, Is.EqualTo(expected.Losses).And.Length.EqualTo(Iterations), $"losses, {what}");
            Assert.That(actual.Evaluations, Is.EqualTo(expected.Evaluations).And.Not.Empty, $"evaluations, {what}");
            Assert.That(actual.Weights, Is.EqualTo(expected.Weights), $"weights, {what}");
        }
    }

    private sealed record Run(int[] Weights, long[] Losses, long[] Evaluations);
}
