namespace GpuNet.Training.LearningRates;

/// <summary>One cycle of a policy.</summary>
/// <param name="Start">Its first iteration.</param>
/// <param name="Length">Its iterations.</param>
public readonly record struct PolicyCycle(long Start, long Length)
{
    /// <summary>The first iteration after it, at which a run should stop; the largest number where that is beyond all of them.</summary>
    public long End => Length > long.MaxValue - Start ? long.MaxValue : Start + Length;
}
