namespace GpuNet.Training;

/// <summary>One training iteration whose loss was read.</summary>
/// <param name="Iteration">Its number, from 0: the updates made before it.</param>
/// <param name="Rate">The learning rate of its update.</param>
/// <param name="Momentum">The momentum of its update.</param>
/// <param name="Loss">Mean softmax loss of its batches, in nats, with the weights before the update; of a network with several losses the main one's, the
/// last.</param>
/// <param name="ImagesPerSecond">Images trained on per second since the last record; evaluations do not count.</param>
/// <param name="Elapsed">Time since the run began.</param>
public readonly record struct IterationRecord(long Iteration, double Rate, double Momentum, double Loss, double ImagesPerSecond, TimeSpan Elapsed);
