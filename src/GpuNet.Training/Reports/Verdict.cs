using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Reports;

/// <summary>What a comparison says, in plain words, and how far it can be trusted.</summary>
internal static class Verdict
{
    // The usual level: one in twenty comparisons of equals would pass it.
    private const double Level = 0.05;

    // With fewer, a t-test sees only differences that are large against their spread.
    private const int FewSeeds = 5;

    /// <summary>The sentences, in order.</summary>
    public static IReadOnlyList<string> Of(ComparisonResult comparison)
    {
        if (comparison.Reference is not { } reference)
            return ["No run was made."];
        var others = comparison.Variants.Where(variant => variant != reference).ToArray();
        var sentences = new List<string>();
        if (comparison.Runs.Any(run => run.Result.Outcome == RunOutcome.Cancelled))
            sentences.Add("The comparison was cancelled before all runs were made.");
        foreach (var variant in comparison.Variants.Where(variant => variant.Runs.Any(run => run.Result.Outcome == RunOutcome.Diverged)))
            sentences.Add(variant.Runs.Length == 1 ? $"{variant.Name} diverged." : $"{variant.Name} diverged with {variant.Runs.Count(run => run.Result.Outcome == RunOutcome.Diverged)} of {variant.Runs.Length} seeds.");
        if (reference.LastAccuracy is not { } end)
            return [.. sentences, $"{reference.Name}, which the others are measured against, did not come to its end, so there is nothing to measure them by."];
        if (others.Length == 0)
            return [.. sentences, $"{reference.Name} ended at {Format.Percent(end)}; there is no other run to compare it with."];
        if (others.Any(variant => variant.Difference is not null))
            sentences.AddRange(Tested(reference, others));
        else if (comparison.Seeds.Length == 1)
            sentences.AddRange(Untested(reference, others));
        else
            sentences.Add($"No run came to its end with 2 seeds or more with which {reference.Name} did too, so none can be held against it seed by seed.");
        sentences.AddRange(Soonest(comparison, reference, others));
        if (comparison.Seeds.Length == 1)
            sentences.Add("This is one seed, one throw of the dice: a difference may be chance. Several seeds (--seeds 5) tell how much of it is.");
        return sentences;
    }

    private static IEnumerable<string> Untested(VariantResult reference, VariantResult[] others)
    {
        var finished = others.Where(variant => variant.LastAccuracy is not null).Append(reference).OrderByDescending(variant => variant.LastAccuracy!.Value.Mean).ToArray();
        if (finished.Length == 1)
            yield break;
        double end = EndOf(reference), best = EndOf(finished[0]);
        yield return best > end
            ? $"{finished[0].Name} ended highest, at {Format.Percent(best)}, {Points(best - end)} above {reference.Name}, which ended at {Format.Percent(end)}."
            : $"{reference.Name} ended at {Format.Percent(end)}, and no other run higher; the next, {finished.First(variant => variant != reference).Name}, at {Format.Percent(EndOf(finished.First(variant => variant != reference)))}.";
    }

    private static IEnumerable<string> Tested(VariantResult reference, VariantResult[] others)
    {
        var tested = others.Where(variant => variant.Difference is not null).OrderByDescending(variant => variant.Difference!.Difference.Mean).ToArray();
        foreach (var variant in tested.Where(IsClear))
        {
            var (low, high) = variant.Difference!.Interval!.Value;
            double mean = variant.Difference.Difference.Mean;
            yield return $"Over {variant.Difference.Difference.Count} seeds {variant.Name} ended {Points(mean)} {(mean > 0 ? "above" : "below")} {reference.Name} on average (95 % interval {Format.Points(low)} to {Format.Points(high)}, {PValueOf(variant)}), which chance hardly explains.";
        }

        foreach (var variant in tested.Where(variant => variant.Difference!.PValue is null))
        {
            yield return $"{variant.Name} {(variant.Difference!.Difference.Mean == 0 ? $"ended exactly as {reference.Name}" : $"differed from {reference.Name} by {Format.Points(variant.Difference.Difference.Mean)} percentage points")} with every seed, so there is no spread to test that against.";
        }

        var unclear = tested.Where(variant => variant.Difference!.PValue is not null && !IsClear(variant)).ToArray();
        if (unclear.Length > 0)
        {
            string names = Listed([.. unclear.Select(variant => $"{variant.Name} ({Format.Points(variant.Difference!.Difference.Mean)} points, {PValueOf(variant)})")]);
            yield return $"At the end {names} cannot be told from {reference.Name}: such differences come about by chance too.";
            int fewest = unclear.Min(variant => variant.Difference!.Difference.Count);
            if (fewest < FewSeeds)
                yield return $"With {fewest} seeds only differences show that are large against their spread; more seeds see smaller ones.";
        }

        int corrected = others.Count(variant => variant.CorrectedPValue is not null);
        if (corrected > 1)
            yield return $"The p-values are corrected for {corrected} comparisons (Holm).";
    }

    private static IEnumerable<string> Soonest(ComparisonResult comparison, VariantResult reference, VariantResult[] others)
    {
        if (reference.Reached?.Iterations is not { } own)
            yield break;
        bool isOne = comparison.Seeds.Length == 1;
        string goal = isOne ? $"{reference.Name}'s best accuracy ({Format.Percent(comparison.ReferenceAccuracy!.Value)})" : $"{reference.Name}'s best accuracy of the same seed";
        // One that got there with all seeds before one that did with some.
        var soonest = others.Where(variant => variant.Reached is { Reached: > 0 }).OrderByDescending(variant => variant.Reached!.Value.Reached).ThenBy(variant => variant.Reached!.Value.Iterations!.Value.Mean).FirstOrDefault();
        if (soonest?.Reached is not { Iterations: { } needed } reached)
        {
            yield return $"No other run reached {goal}.";
            yield break;
        }

        // A mean over the seeds that got there says nothing against one over others.
        if (reached.Reached < reached.Seeds || reached.Seeds != reference.Reached.Value.Seeds)
        {
            yield return $"No other run reached {goal} with every seed; {soonest.Name} did with {reached.Reached} of {reached.Seeds}.";
            yield break;
        }

        string after = $"after {Format.Whole(needed)} iterations{(isOne ? "" : $" with {reached.Reached} of {reached.Seeds} seeds")}";
        yield return needed.Mean < own.Mean
            ? $"{soonest.Name} reached {goal} soonest, {after}; {reference.Name} itself took {Format.Whole(own)}."
            : $"No other run reached {goal} sooner than {reference.Name} itself, which took {Format.Whole(own)} iterations; the next was {soonest.Name}, {after}.";
    }

    private static bool IsClear(VariantResult variant) => variant.CorrectedPValue is < Level;

    private static double EndOf(VariantResult variant) => variant.LastAccuracy!.Value.Mean;

    private static string PValueOf(VariantResult variant) => Format.PValue(variant.CorrectedPValue!.Value) is var p && p.StartsWith('<') ? $"p {p}" : $"p = {p}";

    private static string Points(double difference) => FormattableString.Invariant($"{Math.Abs(100 * difference):F2} percentage points");

    private static string Listed(string[] parts) => parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
