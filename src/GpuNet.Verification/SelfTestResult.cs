namespace GpuNet.Verification;

/// <summary>What a case of the self-test found: of all its comparisons the one nearest to its tolerance, or farthest beyond it.</summary>
/// <param name="Case">The case.</param>
/// <param name="Error">The largest absolute difference from the reference; infinite if a value is not finite, NaN if nothing could be compared.</param>
/// <param name="Tolerance">What rounding explains (<see cref="Verification.Tolerance"/>); 0 where the values must be equal.</param>
/// <param name="Problem">What is wrong, in one line, or null if the case passed.</param>
/// <param name="Failure">What the op threw, if it did.</param>
public sealed record SelfTestResult(SelfTestCase Case, double Error, double Tolerance, string? Problem, Exception? Failure = null)
{
    /// <summary>Whether every value lies within its tolerance, all were written, and nothing was written around them.</summary>
    public bool Passed => Problem is null;
}
