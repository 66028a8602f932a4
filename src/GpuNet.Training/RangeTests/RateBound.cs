namespace GpuNet.Training.RangeTests;

/// <summary>A rate that a range test suggests, and why.</summary>
/// <param name="Rate">The rate, to two significant digits.</param>
/// <param name="Rule">The rule that gave it, and what it saw; a clause.</param>
public readonly record struct RateBound(double Rate, string Rule);
