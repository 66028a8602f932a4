namespace GpuNet.Training.Comparisons;

/// <summary>How soon a variant's runs reached the best accuracy of the reference's run of the same seed.</summary>
/// <param name="Iterations">Updates made until then, of the seeds that reached it; null if none did.</param>
/// <param name="Reached">Seeds that reached it.</param>
/// <param name="Seeds">Seeds in which the reference completed, so that there was something to reach.</param>
public readonly record struct ReferenceReached(Spread? Iterations, int Reached, int Seeds);
