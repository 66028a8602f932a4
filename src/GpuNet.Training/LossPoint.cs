using System.Text.Json.Serialization;

namespace GpuNet.Training;

/// <summary>One point of a smoothed training loss.</summary>
/// <param name="Iteration">The middle of the window.</param>
/// <param name="Loss">The mean of the losses read in the window, in nats.</param>
[method: JsonConstructor]
public readonly record struct LossPoint(double Iteration, double Loss);
