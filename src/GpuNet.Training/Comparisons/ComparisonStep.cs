namespace GpuNet.Training.Comparisons;

/// <summary>A run of a comparison that is about to begin.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">Runs in all.</param>
/// <param name="Name">Its name: the policy's, numbered if several runs have the same.</param>
/// <param name="Options">Its settings.</param>
public sealed record ComparisonStep(int Index, int Count, string Name, TrainingOptions Options);
