using System.CommandLine;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;
using GpuNet.Bench.Suites;

namespace GpuNet.Bench.Commands;

/// <summary><c>suites</c>: BenchmarkDotNet suites of single ops, training steps and policies. What it does not know itself it hands to BenchmarkDotNet.</summary>
internal sealed class SuitesCommand : Command
{
    private readonly Option<string[]> filter = new("--filter")
    {
        Description = "Benchmarks to run, by pattern: '*Convolution*', '*TrainingStep*googlenet*', '*Policy*', '*.Forward*'",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> quick = new("--quick") { Description = "Short runs in this process, and without --filter a few benchmarks of each op on the default device: within five minutes, with less certainty" };

    public SuitesCommand() : base("suites", "Times ops, training steps, and runs to a target accuracy with BenchmarkDotNet; other options go to it, such as --list flat")
    {
        Options.Add(filter);
        Options.Add(quick);
        TreatUnmatchedTokensAsErrors = false;
        SetAction(parsed => Run(parsed.GetValue(filter)!, parsed.GetValue(quick), parsed.UnmatchedTokens));
    }

    private static int Run(string[] filter, bool quick, IReadOnlyList<string> others)
    {
        string[] patterns = filter.Length > 0 ? filter : ["*"];
        var chosen = Suite.All.Select(suite => (Suite: suite, Types: MatchingTypes(suite, patterns))).Where(one => one.Types.Length > 0).ToList();
        // BenchmarkDotNet says so too, and ends as if all were well.
        if (chosen.Count == 0)
            throw new UsageException($"--filter is '{string.Join(' ', filter)}'; no benchmark's name matches it. The suites are {string.Join(", ", Suite.All.SelectMany(suite => suite.Types).Select(type => type.Name).Order(StringComparer.Ordinal))}; put * around a part of a name, as in '*Update*', and see `suites --list flat`.");
        bool failed = false;
        foreach (var (suite, types) in chosen)
        {
            var summaries = BenchmarkSwitcher.FromTypes(types).Run(["--filter", .. patterns, .. others], suite.ConfigFor(quick, filter.Length > 0)).ToList();
            failed |= summaries.Exists(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
        }

        return failed ? BenchTool.Failure : BenchTool.Success;
    }

    private static Type[] MatchingTypes(Suite suite, string[] patterns)
    {
        var matches = new GlobFilter(patterns);
        return [.. suite.Types.Where(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases.Any(matches.Predicate))];
    }
}
