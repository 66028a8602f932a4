using System.Globalization;

namespace GpuNet.Training.Reports;

/// <summary>
/// Logs a run as it goes: <c>iterations.csv</c> (iteration, rate, loss, images_per_second, elapsed_seconds, momentum) and <c>evaluations.csv</c>
/// (iteration, loss, accuracy, top5_accuracy). Numbers are written with a point, whatever the culture; losses with 9 digits, which tell two float32 apart.
/// </summary>
public sealed class CsvLog : ITrainingObserver, IDisposable
{
    /// <summary>The name of the file of iterations.</summary>
    public const string IterationsFile = "iterations.csv";

    /// <summary>The name of the file of evaluations.</summary>
    public const string EvaluationsFile = "evaluations.csv";

    private readonly LogFile iterations;
    private readonly LogFile evaluations;
    private readonly byte[] row = new byte[256];
    private int length;

    /// <summary>Begins both files with their headers, or goes on with those of a run that is continued.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="from">What the run goes on from, of which it keeps the rows; null if it begins.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public CsvLog(string folder, TrainingProgress? from = null)
    {
        iterations = LogFile.OfLines(Path.Combine(folder, IterationsFile), "iteration,rate,loss,images_per_second,elapsed_seconds,momentum\n", from is null ? null : row => from.HasMade(IterationOf(row)));
        try
        {
            evaluations = LogFile.OfLines(Path.Combine(folder, EvaluationsFile), "iteration,loss,accuracy,top5_accuracy\n", from is null ? null : row => from.HasEvaluated(IterationOf(row)));
        }
        catch
        {
            iterations.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record)
    {
        Add(record.Iteration);
        Add(record.Rate);
        Add(record.Loss, "G9");
        Add(record.ImagesPerSecond, "F1");
        Add(record.Elapsed.TotalSeconds, "F3");
        Add(record.Momentum);
        AppendTo(iterations);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        Add(record.Iteration);
        Add(record.Loss, "G9");
        Add(record.Accuracy);
        Add(record.Top5Accuracy);
        AppendTo(evaluations);
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result) => Dispose();

    /// <summary>Waits until all rows are on the disk.</summary>
    /// <exception cref="OutputException">The disk failed.</exception>
    public void Flush()
    {
        iterations.Flush();
        evaluations.Flush();
    }

    /// <summary>Closes both files.</summary>
    public void Dispose()
    {
        iterations.Dispose();
        evaluations.Dispose();
    }

    // Not as interpolated text, which boxes each number.
    private void Add<T>(T value, string? format = null) where T : IUtf8SpanFormattable
    {
        value.TryFormat(row.AsSpan(length), out int written, format, CultureInfo.InvariantCulture);
        length += written;
        row[length++] = (byte)',';
    }

    private void AppendTo(LogFile file)
    {
        row[length - 1] = (byte)'\n';
        file.Append(row.AsSpan(0, length));
        length = 0;
    }

    private static long? IterationOf(string row) => long.TryParse(row.AsSpan(0, Math.Max(row.IndexOf(','), 0)), NumberStyles.None, CultureInfo.InvariantCulture, out long iteration) ? iteration : null;
}
