using GpuNet.Training.Data;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// Writes a run's checkpoints, between two iterations: one every so many, one when the run ends or is cancelled, and the best whenever an evaluation has the highest
/// accuracy so far. A run that diverges leaves the last one before, whose values are all finite, even if its loss is read only later. It observes the run before its logs do, so that these are still open when the run ends.
/// </summary>
public sealed class CheckpointWriter : ITrainingObserver
{
    private readonly Trainer trainer;
    private readonly CheckpointFolder folder;
    private readonly CheckpointOptions options;
    private readonly RunSettings settings;
    private readonly Func<long, IReadOnlyDictionary<string, string>> notes;
    private readonly ImageMean? mean;
    private double bestAccuracy;
    private bool isBest;
    private int latestEvaluations;

    /// <summary>Makes the writer, which has not written anything.</summary>
    /// <param name="trainer">Trains; if it goes on from a checkpoint, it has it already.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="options">When.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="notes">What to keep as text with the weights after so many iterations.</param>
    /// <param name="mean">The mean image to keep with the weights; null for none.</param>
    /// <param name="from">What the run goes on from; null if it begins.</param>
    public CheckpointWriter(
        Trainer trainer, CheckpointFolder folder, CheckpointOptions options, RunSettings settings, Func<long, IReadOnlyDictionary<string, string>> notes, ImageMean? mean = null, Checkpoint? from = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        (this.trainer, this.folder, this.options, this.settings, this.notes, this.mean) = (trainer, folder, options, settings, notes, mean);
        // In another folder than before, the best is the best from here on.
        bestAccuracy = File.Exists(folder.Best) ? trainer.Progress.Evaluations.Where(evaluation => double.IsFinite(evaluation.Loss)).Select(evaluation => evaluation.Accuracy).DefaultIfEmpty(-1).Max() : -1;
        // A latest one that this run does not go on from may be damaged: it does not take the place of the one before.
        if (from is not null && Path.GetFullPath(from.Path) == Path.GetFullPath(folder.Latest))
            (LatestIteration, latestEvaluations) = (from.Iteration, from.Progress.Evaluations.Length);
    }

    /// <summary>Brings what was logged so far to the disk: it is called before each checkpoint, since a run that goes on from it goes on with those logs. Null for none.</summary>
    public Action? FlushLogs { get; set; }

    /// <summary>The path of the latest checkpoint.</summary>
    public string LatestPath => folder.Latest;

    /// <summary>Updates that the latest checkpoint has; null if there is none of this run.</summary>
    public long? LatestIteration { get; private set; }

    /// <summary>Writes the latest checkpoint, unless it is the latest already or has values that are not finite, and the best one if that is due.</summary>
    /// <exception cref="OutputException">It cannot be written; the one before is still there.</exception>
    /// <exception cref="Kernels.Devices.DeviceException">The device failed.</exception>
    public void Save()
    {
        if (isBest)
            SaveBest();
        var progress = trainer.Progress;
        if (LatestIteration == progress.Iteration && latestEvaluations == progress.Evaluations.Length)
            return;
        // One of as many updates is replaced.
        string? previous = LatestIteration is { } before && before != progress.Iteration ? options.KeepAll ? folder.NumberedAt(before) : folder.Previous : null;
        if (TryWrite(folder.Latest, previous, progress))
            (LatestIteration, latestEvaluations) = (progress.Iteration, progress.Evaluations.Length);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        if (!double.IsFinite(record.Loss) || record.Accuracy <= bestAccuracy)
            return;
        bestAccuracy = record.Accuracy;
        isBest = true;
    }

    /// <inheritdoc/>
    public void BeforeIteration(long iteration)
    {
        if (isBest)
            SaveBest();
        if (iteration % options.Interval == 0 && LatestIteration != iteration)
            Save();
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Outcome != RunOutcome.Diverged)
            Save();
    }

    private void SaveBest()
    {
        TryWrite(folder.Best, null, trainer.Progress);
        isBest = false;
    }

    private bool TryWrite(string path, string? previous, TrainingProgress progress)
    {
        FlushLogs?.Invoke();
        try
        {
            Checkpoint.Write(path, previous, trainer.Network, trainer.OptimizerState, progress, settings, notes(progress.Iteration), mean);
            return true;
        }
        catch (NotFiniteNumberException)
        {
            // The next loss that is read ends the run.
            return false;
        }
        catch (Exception error) when (trainer.Network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }
    }
}
