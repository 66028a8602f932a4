using GpuNet.Training.LearningRates;

namespace GpuNet.Cli.Options;

/// <summary>What <c>--policy</c> of a single run says.</summary>
/// <param name="Policy">The policy, or null for one that a range test is to find.</param>
internal sealed record PolicyChoice(LearningRatePolicy? Policy)
{
    /// <summary>The word that asks for a range test.</summary>
    public const string AutoWord = "auto";
}
