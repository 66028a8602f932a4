using System.Globalization;
using System.Text.Unicode;

namespace GpuNet.Training.Reports;

/// <summary>
/// Logs a run as it goes: <c>iterations.csv</c> (iteration, rate, loss, images_per_second, elapsed_seconds) and <c>evaluations.csv</c>
/// (iteration, loss, accuracy, top5_accuracy). Each row is handed to the operating system at once, so that the log of a run that stops for
/// whatever reason is complete. Numbers are written with a point, whatever the culture; losses with 9 digits, which tell two float32 apart.
/// </summary>
public sealed class CsvLog : ITrainingObserver, IDisposable
{
    /// <summary>The name of the file of iterations.</summary>
    public const string IterationsFile = "iterations.csv";

    /// <summary>The name of the file of evaluations.</summary>
    public const string EvaluationsFile = "evaluations.csv";

    private readonly FileStream iterations;
    private readonly FileStream evaluations;
    private readonly byte[] line = new byte[256];

    /// <summary>Begins both files, with their headers.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public CsvLog(string folder)
    {
        iterations = Begin(Path.Combine(folder, IterationsFile), "iteration,rate,loss,images_per_second,elapsed_seconds\n"u8);
        evaluations = Begin(Path.Combine(folder, EvaluationsFile), "iteration,loss,accuracy,top5_accuracy\n"u8);
    }

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record)
    {
        Utf8.TryWrite(line, CultureInfo.InvariantCulture,
            $"{record.Iteration},{record.Rate},{record.Loss:G9},{record.ImagesPerSecond:F1},{record.Elapsed.TotalSeconds:F3}\n", out int length);
        Append(iterations, length);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{record.Iteration},{record.Loss:G9},{record.Accuracy},{record.Top5Accuracy}\n", out int length);
        Append(evaluations, length);
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result) => Dispose();

    /// <summary>Closes both files.</summary>
    public void Dispose()
    {
        iterations.Dispose();
        evaluations.Dispose();
    }

    private static FileStream Begin(string path, ReadOnlySpan<byte> header)
    {
        try
        {
            // Without a buffer, a row is with the operating system when Write returns.
            var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.Write(header);
            return stream;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"log '{path}' cannot be written: {error.Message} Choose another output folder.", error);
        }
    }

    private void Append(FileStream stream, int length)
    {
        try
        {
            stream.Write(line.AsSpan(0, length));
        }
        catch (IOException error)
        {
            throw new OutputException($"log '{stream.Name}' cannot be written any further: {error.Message} The run was stopped.", error);
        }
    }
}
