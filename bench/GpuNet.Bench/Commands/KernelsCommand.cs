using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using GpuNet.Bench.Kernels;
using Perfolizer.Horology;

namespace GpuNet.Bench.Commands;

/// <summary><c>kernels</c>: BenchmarkDotNet suites of single ops. What it does not know itself it hands to BenchmarkDotNet.</summary>
internal sealed class KernelsCommand : Command
{
    private readonly Option<string[]> filter = new("--filter")
    {
        Description = "Benchmarks to run, by pattern: '*Convolution*', '*Sgd*', '*.Forward*'",
        DefaultValueFactory = _ => ["*"],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> quick = new("--quick") { Description = "Short runs: all suites in about a quarter of an hour, with less certainty" };

    public KernelsCommand() : base("kernels", "Times single ops with BenchmarkDotNet; other options go to it, such as --list flat")
    {
        Options.Add(filter);
        Options.Add(quick);
        TreatUnmatchedTokensAsErrors = false;
        SetAction(parsed => Run(parsed.GetValue(filter)!, parsed.GetValue(quick), parsed.UnmatchedTokens));
    }

    private static int Run(string[] filter, bool quick, IReadOnlyList<string> others)
    {
        var job = quick
            ? Job.ShortRun.WithId("quick").WithIterationTime(TimeInterval.FromMilliseconds(100))
            : Job.Default.WithId("full").WithWarmupCount(3).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(250));
        var config = DefaultConfig.Instance
            .AddJob(job)
            .AddColumn(StatisticColumn.Median, StatisticColumn.Min, new SpeedColumn());
        RequireMatch(filter);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(KernelsCommand).Assembly).Run(["--filter", .. filter, .. others], config).ToList();
        bool failed = summaries.Exists(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
        return failed ? BenchTool.Failure : BenchTool.Success;
    }

    // BenchmarkDotNet says so too, and ends as if all were well.
    private static void RequireMatch(string[] filter)
    {
        var matches = new GlobFilter(filter);
        var suites = typeof(KernelsCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KernelBenchmarks))).ToList();
        if (!suites.Exists(suite => BenchmarkConverter.TypeToBenchmarks(suite).BenchmarksCases.Any(matches.Predicate)))
            throw new UsageException($"--filter is '{string.Join(' ', filter)}'; no benchmark's name matches it. The suites are {string.Join(", ", suites.Select(suite => suite.Name).Order(StringComparer.Ordinal))}; put * around a part of a name, as in '*Sgd*', and see `kernels --list flat`.");
    }
}
