using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training.RangeTests;

/// <summary>
/// The LR range test of arXiv 1506.01186 §3.3: a short run whose rate rises from low to high shows between which rates a cyclical one should move. It trains with an optimizer of its own, and
/// gives the network its parameters back, to the bit, however it ends; batches, crops and dropout are functions of seed and iteration, so a run before or after it does not notice it.
/// </summary>
public static class LearningRateRangeTest
{
    // Points of the accuracy's curve, where the settings do not say.
    private const int Points = 40;

    /// <summary>Runs the test.</summary>
    /// <param name="network">The network, with the weights to start from.</param>
    /// <param name="data">The images.</param>
    /// <param name="training">How the run to come trains. Its policy, iterations, momentum range and ten-crop evaluation are left out; its test interval, unless 0, is that of the curve's points.</param>
    /// <param name="options">What to sweep over; null for the defaults.</param>
    /// <param name="observer">Is told of the progress.</param>
    /// <param name="cancellation">Ends the test between two iterations.</param>
    /// <returns>What it saw; a test that diverged or was cancelled has a result too.</returns>
    /// <exception cref="TrainingException">A setting is out of its range, or the network was not made for such images.</exception>
    /// <exception cref="DataException">The batch is larger than the training set.</exception>
    /// <exception cref="DeviceException">The device has too little memory, or failed; then the parameters may be lost.</exception>
    public static RangeTestResult Run(
        Network network, ImageDataset data, TrainingOptions training, RangeTestOptions? options = null, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        var sweep = SweepOf(network, data, training, options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var recorder = new SweepRecorder(sweep.Policy, options, observer, stop.Cancel);
        var weights = WeightsSnapshot.Of(network);
        TrainingResult run;
        try
        {
            using var trainer = new Trainer(network, data, sweep);
            run = trainer.Run(recorder, stop.Token);
        }
        finally
        {
            weights.Restore();
        }

        var end = recorder.HasDiverged ? SweepEnd.Diverged : run.Outcome switch
        {
            RunOutcome.Completed => SweepEnd.Completed,
            RunOutcome.Diverged => SweepEnd.NotFinite,
            _ => SweepEnd.Cancelled,
        };
        var (suggestion, problem) = RangeTestAnalysis.Of(recorder.Accuracies, data.Test.Count, IterationsInEpoch(network, data, training), end);
        return new(options, sweep, end, recorder.Losses, recorder.Accuracies, suggestion, problem, LossSuggestions.Of(recorder.Losses), run);
    }

    /// <summary>How the test will train.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The images.</param>
    /// <param name="training">How the run to come trains.</param>
    /// <param name="options">What to sweep over.</param>
    /// <returns>The settings of the sweep.</returns>
    /// <exception cref="TrainingException">A setting is out of its range.</exception>
    public static TrainingOptions SweepOf(Network network, ImageDataset data, TrainingOptions training, RangeTestOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        long iterations = options.Iterations ?? Math.Max(RangeTestOptions.LeastIterations, (long)Math.Ceiling(options.Epochs * IterationsInEpoch(network, data, training)));
        return training with
        {
            Policy = options.PolicyOver(iterations),
            Iterations = iterations,
            TestInterval = training.TestInterval > 0 ? training.TestInterval : Math.Max(1, iterations / Points),
            TestAtStart = true,
            TenCrop = false,
            MomentumRange = null,
        };
    }

    private static double IterationsInEpoch(Network network, ImageDataset data, TrainingOptions training) => (double)data.Train.Count / network.Input.Shape.N / training.IterationSize;
}
