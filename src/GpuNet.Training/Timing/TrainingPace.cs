using System.Diagnostics;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Timing;

/// <summary>How fast a network trains.</summary>
/// <param name="Iteration">The time of an iteration.</param>
/// <param name="Evaluation">The time of an evaluation on the whole test set.</param>
public readonly record struct TrainingPace(TimeSpan Iteration, TimeSpan Evaluation)
{
    // Enough to tell minutes from hours.
    private static readonly TimeSpan Spent = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures it, by a few iterations and a part of an evaluation. The network's weights are others afterwards.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="cancellation">Ends it between two iterations.</param>
    /// <returns>The pace.</returns>
    /// <exception cref="TrainingException">A setting is out of its range, or the network was not made for such images.</exception>
    /// <exception cref="DataException">The batch is larger than the training set, or too many files are no pictures.</exception>
    /// <exception cref="GpuNet.Kernels.Devices.DeviceException">The device has too little memory, or failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrainingPace Measure(Network network, ImageDataset data, TrainingOptions options, CancellationToken cancellation = default)
    {
        // What is subtracted changes no time, but to find the mean image of pictures all of them are read.
        using var trainer = new Trainer(network, data, data.Train is PictureSet ? options with { Mean = PixelMean.None } : options);
        return trainer.Measure(Spent, cancellation);
    }

    /// <summary>The time of a run to its end, evaluations included.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="from">What it goes on from; null if it begins.</param>
    /// <returns>The time, at most the longest there is.</returns>
    public TimeSpan Of(TrainingOptions options, TrainingProgress? from = null)
    {
        from ??= TrainingProgress.Start;
        // A run that goes on with a longer interval may have made more evaluations than it now has in all.
        long iterations = options.Iterations - from.Iteration, evaluations = Math.Max(0, options.Evaluations - from.Evaluations.Length) + (options.TenCrop ? TenCrop.Views : 0);
        double seconds = iterations * Iteration.TotalSeconds + evaluations * Evaluation.TotalSeconds;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }

    /// <summary>The time of one of many equal things.</summary>
    /// <param name="run">Does so many of them, one after another, and waits for the device.</param>
    /// <param name="most">The most at a time.</param>
    /// <param name="atMost">The time to spend, if three of them take no longer. The first one, which compiles kernels, does not count.</param>
    internal static TimeSpan OfOne(Action<long> run, long most, TimeSpan atMost)
    {
        run(1);
        var one = Time(1);
        long count = Math.Min(most, (long)(atMost / one));
        return count <= 1 ? one : Time(count) / count;

        TimeSpan Time(long count)
        {
            long start = Stopwatch.GetTimestamp();
            run(count);
            return Stopwatch.GetElapsedTime(start);
        }
    }
}
