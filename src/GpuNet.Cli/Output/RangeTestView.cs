using System.Globalization;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Data;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Runs a range test with its progress on the error stream, and shows what it found.</summary>
internal static class RangeTestView
{
    /// <summary>Runs it.</summary>
    public static RangeTestResult Run(
        CliConsole console, Network network, ImageDataset images, TrainingOptions training, RangeTestOptions options, ITrainingObserver? log, CancellationToken cancellation)
    {
        var step = new ComparisonStep(0, 1, "range test", LearningRateRangeTest.SweepOf(network, images, training, options));
        return TrainingView.For(console, images.Train.Classes).Show(
            [step], observe => LearningRateRangeTest.Run(network, images, training, options, new TrainingObservers(log, observe(step)), cancellation));
    }

    /// <summary>Shows it on standard output.</summary>
    public static void Show(CliConsole console, RangeTestResult test)
    {
        if (test.Accuracies.Length > 0)
            console.Show($"Test accuracy from rate {Rate(test.Accuracies[0].Rate)} to {Rate(test.Accuracies[^1].Rate)}, at most {Format.Percent(test.Accuracies.Max(point => point.Accuracy))}: {Chart.Sparkline([.. test.Accuracies.Select(point => point.Accuracy)])}");
        console.Show(test.EndText);
        var rows = new List<string[]>();
        if (test.Suggestion is { } found)
        {
            rows.Add(["base rate", Rate(found.Base.Rate), found.Base.Rule]);
            rows.Add(["max rate", Rate(found.Max.Rate), found.Max.Rule]);
            rows.Add(["step size", found.StepSize.ToString(CultureInfo.InvariantCulture), $"{found.EpochsInStep} epochs; 2 to 10 are good"]);
            rows.Add(["confidence", found.Confidence.ToString().ToLowerInvariant(), found.Reason]);
        }

        Add("steepest fall", test.FromLoss.Steepest, "of the smoothed training loss");
        Add("minimum / 10", test.FromLoss.MinimumTenth, "a tenth of the rate of the least smoothed loss");
        Add("valley", test.FromLoss.Valley, "the middle of the longest fall of the smoothed loss");
        console.Show(["", "Value", "Why"], rows);
        console.Show(test.Suggestion is { } policy ? $"--policy {policy.Policy}" : $"No suggestion: {test.Problem}.");

        void Add(string name, double? rate, string why) => rows.Add([name, rate is { } value ? Rate(value) : "none", why]);
    }

    private static string Rate(double rate) => rate.ToString("G3", CultureInfo.InvariantCulture);
}
