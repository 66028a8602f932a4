using System.Buffers;
using GpuNet.Training.Protobuf;

namespace GpuNet.Training.Reports;

/// <summary>
/// Logs a run as it goes for TensorBoard: an event file of scalars, <c>train/loss</c>, <c>train/rate</c>, <c>train/momentum</c>, <c>train/images_per_second</c>, <c>test/loss</c>,
/// <c>test/accuracy</c> and, of more than ten classes, <c>test/top5_accuracy</c>. Opened on a folder, TensorBoard shows each of its subfolders with such a file as a run.
/// </summary>
/// <remarks>Source: the messages of TensorBoard's <c>event.proto</c> and <c>summary.proto</c>.</remarks>
public sealed class TensorBoardLog : ITrainingObserver, IDisposable
{
    /// <summary>The pattern of its files' names.</summary>
    internal const string Files = $"{Prefix}*";

    private const string Prefix = "events.out.tfevents.";

    // Fields of Event, of SessionLog, of Summary and of its Value.
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7;
    private const int Status = 1, Start = 1;
    private const int Value = 1;
    private const int Tag = 1, SimpleValue = 2;

    private readonly LogFile file;
    private readonly bool showsTop5;
    private readonly ProtobufWriter message = new(), scalars = new(), scalar = new();
    private readonly ArrayBufferWriter<byte> record = new();

    /// <summary>Begins an event file beside those that are there, such as that of an attempt that was stopped.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="showsTop5">Whether the top-5 accuracy is logged: <see cref="EvaluationRecord.ShowsTop5"/>.</param>
    /// <param name="from">What the run goes on from: TensorBoard drops what earlier files of the folder have of its iteration and of later ones. Null if the run begins.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public TensorBoardLog(string folder, bool showsTop5, TrainingProgress? from = null)
    {
        this.showsTop5 = showsTop5;
        file = LogFile.New(NewPath(folder));
        Begin(0);
        message.Text(FileVersion, "brain.Event:2"u8);
        Append();
        Begin(from?.Iteration ?? 0);
        message.Message(SessionLog, session => session.Whole(Status, Start));
        Append();
        // The evaluation before the iteration was made already, but its step is among those dropped.
        if (from?.Evaluations is [.., var last] && last.Iteration == from.Iteration)
            OnEvaluation(last);
    }

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record)
    {
        Add("train/loss"u8, record.Loss);
        Add("train/rate"u8, record.Rate);
        Add("train/momentum"u8, record.Momentum);
        Add("train/images_per_second"u8, record.ImagesPerSecond);
        AppendScalars(record.Iteration);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        Add("test/loss"u8, record.Loss);
        Add("test/accuracy"u8, record.Accuracy);
        if (showsTop5)
            Add("test/top5_accuracy"u8, record.Top5Accuracy);
        AppendScalars(record.Iteration);
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result) => Dispose();

    /// <summary>Waits until all events are on the disk.</summary>
    /// <exception cref="OutputException">The disk failed.</exception>
    public void Flush() => file.Flush();

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    // TensorBoard reads the files of a folder in the order of their names, so the time comes first; the rest tells apart what begins in the same second.
    private static string NewPath(string folder)
    {
        string path = Path.Combine(folder, FormattableString.Invariant($"{Prefix}{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}"));
        return Enumerable.Range(0, int.MaxValue).Select(i => $"{path}.{i}").First(candidate => !File.Exists(candidate));
    }

    private void Begin(long step)
    {
        message.Clear();
        message.Double(WallTime, (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds);
        // What is 0 is left out.
        if (step != 0)
            message.Whole(Step, step);
    }

    private void Add(ReadOnlySpan<byte> tag, double value)
    {
        scalar.Clear();
        scalar.Text(Tag, tag);
        scalar.Float(SimpleValue, (float)value);
        scalars.Message(Value, scalar);
    }

    private void AppendScalars(long step)
    {
        Begin(step);
        message.Message(Summary, scalars);
        Append();
        scalars.Clear();
    }

    private void Append()
    {
        record.ResetWrittenCount();
        TfRecord.Write(record, message.Written);
        file.Append(record.WrittenSpan);
    }
}
