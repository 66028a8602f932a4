namespace GpuNet.Training.RangeTests;

/// <summary>How far a suggestion can be trusted.</summary>
public enum Confidence
{
    /// <summary>One rule alone gave it, from a few points.</summary>
    Low,

    /// <summary>One rule alone gave it, or two that differ.</summary>
    Medium,

    /// <summary>The rise slows where the accuracy turns ragged, and the sweep shows what follows.</summary>
    High,
}
