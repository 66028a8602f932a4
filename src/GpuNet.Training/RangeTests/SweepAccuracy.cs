namespace GpuNet.Training.RangeTests;

/// <summary>The test accuracy at one rate of a sweep: a point of the paper's plot.</summary>
/// <param name="Iteration">Updates made so far.</param>
/// <param name="Rate">The rate of the last of them; before the first, the first rate.</param>
/// <param name="Accuracy">The share of the test set that is classified correctly, from 0 to 1.</param>
public readonly record struct SweepAccuracy(long Iteration, double Rate, double Accuracy);
