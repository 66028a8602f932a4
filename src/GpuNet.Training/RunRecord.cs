namespace GpuNet.Training;

/// <summary>A run: its name, its settings and what it came to.</summary>
/// <param name="Name">The name in tables, plots and folders: the policy's, numbered if several runs have the same.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Result">What it came to.</param>
public sealed record RunRecord(string Name, TrainingOptions Options, TrainingResult Result)
{
    /// <summary>What it is called in messages: the name, with the seed where a comparison has several.</summary>
    public string Title { get; init; } = Name;
}
