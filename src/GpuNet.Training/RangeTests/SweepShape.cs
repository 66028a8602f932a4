namespace GpuNet.Training.RangeTests;

/// <summary>How the rate of a range test rises.</summary>
public enum SweepShape
{
    /// <summary>By the same amount at each iteration, as in the paper (arXiv 1506.01186 §3.3).</summary>
    Linear,

    /// <summary>By the same factor at each iteration: for a first look over several powers of ten.</summary>
    Exponential,
}
