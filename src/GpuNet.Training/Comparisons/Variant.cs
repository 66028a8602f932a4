using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Comparisons;

/// <summary>What sets one run of a comparison apart from the others; all else is the recipe's. It is run once for each seed.</summary>
/// <param name="Policy">The learning rate of each iteration.</param>
public sealed record Variant(LearningRatePolicy Policy)
{
    /// <summary>Updates to make; null for the recipe's.</summary>
    public long? Iterations { get; init; }

    /// <summary>What it is called where no other variant is called the same.</summary>
    public string Name => Policy.Name;
}
