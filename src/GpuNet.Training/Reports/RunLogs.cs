namespace GpuNet.Training.Reports;

/// <summary>
/// All logs of a run, for readers of each kind: CSV for spreadsheets, JSON lines for programs, an event file for TensorBoard. Every record is handed to the operating system at once,
/// so that the logs of a run that stops for whatever reason are complete.
/// </summary>
public sealed class RunLogs : ITrainingObserver, IDisposable
{
    private readonly CsvLog rows = null!;
    private readonly JsonLinesLog lines = null!;
    private readonly TensorBoardLog events = null!;
    private readonly TrainingObservers all;

    /// <summary>Begins the logs, or goes on with those of a run that is continued.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="showsTop5">Whether TensorBoard shows the top-5 accuracy: <see cref="EvaluationRecord.ShowsTop5"/>.</param>
    /// <param name="from">What the run goes on from: what was logged behind it is dropped. Null if the run begins.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public RunLogs(string folder, bool showsTop5, TrainingProgress? from = null)
    {
        try
        {
            rows = new CsvLog(folder, from);
            lines = new JsonLinesLog(folder, from);
            events = new TensorBoardLog(folder, showsTop5, from);
            all = new TrainingObservers(rows, lines, events);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnStart(TrainingOptions options) => all.OnStart(options);

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record) => all.OnIteration(record);

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record) => all.OnEvaluation(record);

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result) => all.OnEnd(result);

    /// <summary>Waits until everything is on the disk.</summary>
    /// <exception cref="OutputException">The disk failed.</exception>
    public void Flush()
    {
        rows.Flush();
        lines.Flush();
        events.Flush();
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        events?.Dispose();
        lines?.Dispose();
        rows?.Dispose();
    }
}
