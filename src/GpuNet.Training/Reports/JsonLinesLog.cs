using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuNet.Training.Reports;

/// <summary>
/// Logs a run as it goes, as <c>log.jsonl</c>: a JSON object a line, whose <c>type</c> is <c>start</c>, <c>iteration</c>, <c>evaluation</c> or <c>end</c>.
/// Names are those of <c>run.json</c>; a NaN or infinite loss is the text "NaN" or "Infinity".
/// </summary>
public sealed class JsonLinesLog : ITrainingObserver, IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "log.jsonl";

    private readonly LogFile file;
    private readonly ArrayBufferWriter<byte> line = new(1024);
    private readonly Utf8JsonWriter json;
    private readonly long begin;

    /// <summary>Begins the file, or goes on with that of a run that is continued.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="from">What the run goes on from, of which it keeps the lines; null if it begins.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public JsonLinesLog(string folder, TrainingProgress? from = null)
    {
        begin = from?.Iteration ?? 0;
        file = LogFile.OfLines(Path.Combine(folder, FileName), "", from is null ? null : line => IsBefore(from, line));
        // The file is never embedded in a web page as it is.
        json = new Utf8JsonWriter(line, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <inheritdoc/>
    public void OnStart(TrainingOptions options)
    {
        Begin("start"u8, begin);
        json.WriteString("time"u8, DateTimeOffset.UtcNow);
        json.WriteString("policy"u8, options.Policy.ToString());
        json.WriteString("optimizer"u8, options.Optimizer.ToString());
        json.WriteNumber("iterations"u8, options.Iterations);
        json.WriteNumber("seed"u8, options.Seed);
        End();
    }

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record)
    {
        Begin("iteration"u8, record.Iteration);
        Number("rate"u8, record.Rate);
        Number("momentum"u8, record.Momentum);
        Number("loss"u8, record.Loss);
        Number("imagesPerSecond"u8, Math.Round(record.ImagesPerSecond, 1));
        Number("elapsedSeconds"u8, Math.Round(record.Elapsed.TotalSeconds, 3));
        End();
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        Begin("evaluation"u8, record.Iteration);
        Write(record);
        End();
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result)
    {
        Begin("end"u8, result.Iterations);
        json.WriteString("time"u8, DateTimeOffset.UtcNow);
        json.WriteString("outcome"u8, result.Outcome.ToString());
        Number("imagesPerSecond"u8, Math.Round(result.ImagesPerSecond, 1));
        Number("elapsedSeconds"u8, Math.Round(result.Elapsed.TotalSeconds, 3));
        if (result.TenCrop is { } tenCrop)
        {
            json.WriteStartObject("tenCrop"u8);
            Write(tenCrop);
            json.WriteEndObject();
        }

        if (result.Divergence is { } divergence)
        {
            json.WriteStartObject("divergence"u8);
            json.WriteNumber("iteration"u8, divergence.Iteration);
            json.WriteNumber("lastFiniteIteration"u8, divergence.LastFiniteIteration);
            Number("rate"u8, divergence.Rate);
            Number("loss"u8, divergence.Loss);
            json.WriteEndObject();
        }

        End();
        Dispose();
    }

    /// <summary>Waits until all lines are on the disk.</summary>
    /// <exception cref="OutputException">The disk failed.</exception>
    public void Flush() => file.Flush();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        json.Dispose();
        file.Dispose();
    }

    private void Begin(ReadOnlySpan<byte> type, long iteration)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteNumber("iteration"u8, iteration);
    }

    private void Write(EvaluationRecord record)
    {
        Number("loss"u8, record.Loss);
        Number("accuracy"u8, record.Accuracy);
        Number("top5Accuracy"u8, record.Top5Accuracy);
    }

    private void Number(ReadOnlySpan<byte> name, double value)
    {
        // JSON has no others.
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
        file.Append(line.WrittenSpan);
        line.ResetWrittenCount();
        json.Reset();
    }

    private static bool IsBefore(TrainingProgress from, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            long iteration = json.RootElement.GetProperty("iteration").GetInt64();
            return json.RootElement.GetProperty("type").GetString() switch
            {
                "evaluation" => from.HasEvaluated(iteration),
                "iteration" => from.HasMade(iteration),
                // Where a part of the run began or ended: behind that many iterations, and before an evaluation that may follow.
                _ => iteration <= from.Iteration,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Broken, as the last line before the disk was full may be.
            return false;
        }
    }
}
