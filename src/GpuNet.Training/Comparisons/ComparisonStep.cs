namespace GpuNet.Training.Comparisons;

/// <summary>A run of a comparison that is about to begin.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">Runs in all.</param>
/// <param name="Name">Its variant's name, numbered if several have the same.</param>
/// <param name="Options">Its settings, its seed among them.</param>
public sealed record ComparisonStep(int Index, int Count, string Name, TrainingOptions Options)
{
    /// <summary>Whether its variant is run with other seeds too.</summary>
    public bool HasSeeds { get; init; }

    /// <summary>What it is called in messages: <c>triangular</c>, or <c>triangular, seed 2</c>.</summary>
    public string Title => HasSeeds ? $"{Name}, seed {Options.Seed}" : Name;

    /// <summary>Its folder in that of the comparison: <c>triangular</c>, or <c>triangular/seed-2</c>.</summary>
    public string Folder => HasSeeds ? $"{Name}/seed-{Options.Seed}" : Name;
}
