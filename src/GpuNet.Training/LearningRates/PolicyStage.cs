namespace GpuNet.Training.LearningRates;

/// <summary>One stage of a <see cref="StagedPolicy"/>.</summary>
/// <param name="Start">The iteration of the run at which the stage starts.</param>
/// <param name="Policy">The stage's policy; it counts its iterations from the stage's start.</param>
public readonly record struct PolicyStage(long Start, LearningRatePolicy Policy);
