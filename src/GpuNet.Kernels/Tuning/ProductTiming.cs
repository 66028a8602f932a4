namespace GpuNet.Kernels.Tuning;

/// <summary>What was measured of one pass of an op.</summary>
/// <param name="Pass">Forward, data or weights.</param>
/// <param name="Default">How it is computed without a tuning.</param>
/// <param name="DefaultMilliseconds">Median time of that.</param>
/// <param name="Best">How it is computed fastest; the default, unless another was faster by more than the measurement's noise.</param>
/// <param name="BestMilliseconds">Median time of that.</param>
/// <param name="Candidates">How many ways were measured.</param>
public sealed record ProductTiming(string Pass, TunedProduct Default, double DefaultMilliseconds, TunedProduct Best, double BestMilliseconds, int Candidates);
