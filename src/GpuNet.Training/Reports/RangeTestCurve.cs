using System.Globalization;
using System.Text;
using GpuNet.Training.RangeTests;

namespace GpuNet.Training.Reports;

/// <summary>A range test's curve as CSV: a row for each loss that was read, and one for each accuracy; the columns of the other are empty.</summary>
internal static class RangeTestCurve
{
    public static byte[] Of(RangeTestResult test)
    {
        var text = new StringBuilder("iteration,rate,loss,smoothed_loss,accuracy\n");
        var losses = test.Losses.Select(point => (point.Iteration, Order: 1, Row: string.Create(CultureInfo.InvariantCulture, $"{point.Iteration},{point.Rate},{point.Loss:G9},{point.Smoothed:G9},")));
        // Of an iteration the accuracy comes first: it is measured before the update.
        var accuracies = test.Accuracies.Select(point => (point.Iteration, Order: 0, Row: string.Create(CultureInfo.InvariantCulture, $"{point.Iteration},{point.Rate},,,{point.Accuracy}")));
        foreach (var (_, _, row) in losses.Concat(accuracies).OrderBy(row => row.Iteration).ThenBy(row => row.Order))
            text.Append(row).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
