namespace GpuNet.Training;

/// <summary>The classes that a network finds most probable for a picture.</summary>
/// <param name="Picture">Which picture of the set, from 0.</param>
/// <param name="Classes">The class indices with their probabilities, the most probable first; of equal ones the lower index.</param>
public sealed record Prediction(int Picture, IReadOnlyList<(int Class, float Probability)> Classes);
