using System.Collections.Immutable;
using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>The rules that policies put to their parameters. Each returns the value, or throws with one line for the user.</summary>
internal static class PolicyRules
{
    /// <summary>The longest step size whose cycle, twice as long, still fits into a <see cref="long"/>.</summary>
    private const long MaxStepSize = long.MaxValue / 2;

    internal static double Positive(string policy, string key, double value) =>
        double.IsFinite(value) && value > 0
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), "must be a finite number above 0");

    internal static double NotNegative(string policy, string key, double value) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), "must be a finite number, 0 or above");

    internal static double NotZero(string policy, string key, double value) =>
        double.IsFinite(value) && value != 0
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), "must be a finite number other than 0 (above 0 the rate rises, below 0 it falls)");

    /// <summary>The factor of a policy whose bounds shrink: above 0, at most 1.</summary>
    internal static double Shrinking(string policy, string key, double value) =>
        value is > 0 and <= 1
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), "must be above 0 and at most 1, because the range shrinks by this factor at every iteration");

    internal static double MaxRate(string policy, double maxRate, double baseRate) =>
        Positive(policy, "max", maxRate) >= baseRate
            ? maxRate
            : throw new LearningRatePolicyException(
                $"{policy}: max={TextPiece.Number(maxRate)} is below base={TextPiece.Number(baseRate)}; max must be base or above. Raise max or lower base.");

    internal static long Iterations(string policy, string key, long value) =>
        value > 0 ? value : throw Broken(policy, key, $"{value}", "must be a number of iterations above 0");

    /// <summary>A factor that a rate is divided by.</summary>
    internal static double Divisor(string policy, string key, double value) =>
        double.IsFinite(value) && value >= 1
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), "must be a finite number, 1 or above, because the largest rate is divided by it");

    /// <summary>The share of its iterations that a one-cycle policy rises in; with a phase that falls back in as many, at most half of them.</summary>
    internal static double RiseShare(string policy, string key, double value, int phases) =>
        value > 0 && (phases == 3 ? value <= 0.5 : value < 1)
            ? value
            : throw Broken(policy, key, TextPiece.Number(value), phases == 3 ? "must be above 0 and at most 0.5 with phases=3, where the rate falls back in as many iterations as it rises" : "must be above 0 and below 1");

    internal static long Multiplier(string policy, string key, long value) =>
        value >= 1 ? value : throw Broken(policy, key, $"{value}", "must be a whole number, 1 or above");

    internal static int Phases(string policy, string key, long value) =>
        value is 2 or 3 ? (int)value : throw Broken(policy, key, $"{value}", "must be 2 or 3");

    internal static long StepSize(string policy, string key, long value) =>
        Iterations(policy, key, value) <= MaxStepSize
            ? value
            : throw Broken(policy, key, $"{value}", $"must be at most {MaxStepSize}, so that a cycle of two steps can be counted");

    /// <summary>At least one iteration, each above 0 and later than the one before.</summary>
    internal static ImmutableArray<long> Rising(string policy, string key, IEnumerable<long> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ImmutableArray<long> rising = [.. values];
        long previous = 0;
        foreach (long value in rising)
        {
            if (value <= previous)
            {
                throw Broken(policy, key, string.Join('+', rising), "must be iterations above 0, each later than the one before");
            }

            previous = value;
        }

        return rising.Length > 0 ? rising : throw Broken(policy, key, "", "must name at least one iteration");
    }

    /// <summary>Two stages or more that start at 0 and rise; none is staged itself, because its text could not be told apart.</summary>
    internal static ImmutableArray<PolicyStage> Stages(string policy, IEnumerable<PolicyStage> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        ImmutableArray<PolicyStage> stages = [.. given];
        if (stages.Length < 2)
        {
            throw new LearningRatePolicyException($"{policy}: needs at least two stages and has {stages.Length}. Use a single stage's own policy by itself.");
        }

        for (int i = 0; i < stages.Length; i++)
        {
            if (stages[i].Policy is null or StagedPolicy)
            {
                throw new LearningRatePolicyException($"{policy}: stage {i + 1} is {(stages[i].Policy is null ? "missing" : "staged itself")}; a stage is one policy. List its stages in the outer policy.");
            }

            if (i == 0 ? stages[i].Start != 0 : stages[i].Start <= stages[i - 1].Start)
            {
                string rule = i == 0 ? "the first stage starts at iteration 0" : $"stage {i} starts at {stages[i - 1].Start}, and starts must rise";
                throw new LearningRatePolicyException($"{policy}: stage {i + 1} starts at {stages[i].Start}, but {rule}. Example: {PolicyText.Form(policy).Example}");
            }
        }

        return stages;
    }

    private static LearningRatePolicyException Broken(string policy, string key, string value, string rule) =>
        new($"{policy}: {key}={value} is not possible; {key} {rule}. Example: {PolicyText.Form(policy).Example}");
}
