namespace GpuNet.Training;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>Every iteration was done and the last evaluation made.</summary>
    Completed,

    /// <summary>Somebody cancelled it between two iterations.</summary>
    Cancelled,

    /// <summary>The loss became NaN or infinite.</summary>
    Diverged,
}
