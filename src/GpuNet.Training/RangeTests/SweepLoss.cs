namespace GpuNet.Training.RangeTests;

/// <summary>The training loss at one rate of a sweep.</summary>
/// <param name="Iteration">The update, from 0.</param>
/// <param name="Rate">Its rate.</param>
/// <param name="Loss">The loss of its batches, in nats.</param>
/// <param name="Smoothed">The exponential moving average of the losses so far, corrected for its bias towards 0 at the start.</param>
public readonly record struct SweepLoss(long Iteration, double Rate, double Loss, double Smoothed);
