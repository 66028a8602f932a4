namespace GpuNet.Layers;

/// <summary>The pass that a layer takes part in.</summary>
/// <param name="Phase">Training or evaluation.</param>
/// <param name="Iteration">The iteration, from 0: what is random in a pass depends on it and on the seed alone.</param>
public readonly record struct Pass(Phase Phase, long Iteration);
