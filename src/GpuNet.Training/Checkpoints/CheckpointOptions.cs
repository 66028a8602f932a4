namespace GpuNet.Training.Checkpoints;

/// <summary>When a run writes checkpoints.</summary>
/// <param name="Interval">Iterations between two, 1 or more.</param>
/// <param name="KeepAll">Whether each is kept, numbered, once a newer one is written; otherwise only the one before.</param>
public sealed record CheckpointOptions(long Interval = CheckpointOptions.DefaultInterval, bool KeepAll = false)
{
    /// <summary>The interval where nobody asks for another.</summary>
    public const long DefaultInterval = 1000;

    /// <summary>Throws unless the interval is in its range.</summary>
    /// <exception cref="TrainingException">It is not.</exception>
    public void ThrowIfInvalid()
    {
        if (Interval < 1)
            throw new TrainingException($"the checkpoint interval (--checkpoint-interval) is {Interval}; it must be 1 iteration or more, or 0 for a run without checkpoints.");
    }
}
