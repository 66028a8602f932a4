namespace GpuNet.Training.RangeTests;

/// <summary>How a sweep of the rate came to its end.</summary>
public enum SweepEnd
{
    /// <summary>It reached the last rate.</summary>
    Completed,

    /// <summary>The smoothed loss rose above a multiple of its least value.</summary>
    Diverged,

    /// <summary>A loss was NaN or infinite.</summary>
    NotFinite,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
