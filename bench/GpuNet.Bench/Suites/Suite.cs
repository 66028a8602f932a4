using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using GpuNet.Bench.Kernels;
using GpuNet.Bench.Training;
using GpuNet.Training.LearningRates;
using Perfolizer.Horology;

namespace GpuNet.Bench.Suites;

/// <summary>Benchmarks that are run in one way and shown in one kind of table.</summary>
/// <param name="Base">What its classes derive from, or its only class.</param>
/// <param name="Full">How they are run.</param>
/// <param name="Quick">How they are run in the quick mode: in this process, which takes a few seconds less for each.</param>
/// <param name="Columns">What their table has besides times.</param>
internal sealed record Suite(Type Base, Job Full, Job Quick, IReadOnlyList<IColumn> Columns)
{
    private const int LongestParameter = 60;
    private const double NanosecondsInSecond = 1e9;

    /// <summary>Every suite.</summary>
    public static IReadOnlyList<Suite> All { get; } =
    [
        new(
            typeof(KernelBenchmarks),
            Job.Default.WithWarmupCount(3).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(250)),
            Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(50)),
            [new ResultColumn("Speed", "Work divided by the median time: nominal floating-point operations (products with padding count), or bytes that must be read and written", SpeedOf)]),
        new(
            typeof(TrainingStepBenchmarks),
            Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(3).WithIterationCount(20),
            Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(1).WithIterationCount(3),
            [new ResultColumn("Images/s", "Images of a batch divided by the median time of its step", ImagesOf)]),
        new(
            typeof(PolicyBenchmarks),
            InProcess(Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(1).WithIterationCount(5)),
            Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(0).WithIterationCount(1),
            [
                new ResultColumn($"Iterations to {Percent}", $"Iterations after which the test accuracy was first {Percent} or more", (one, _) => Of<LearningRatePolicy>(one) is { } policy && Of<string>(one) is { } device ? PolicyBenchmarks.IterationsOf(policy, device)?.ToString(CultureInfo.InvariantCulture) ?? "never" : null),
                new ResultColumn($"Time to {Percent}", $"Median time of the run until then, evaluations included; of one that never was, to its end", (_, time) => string.Create(CultureInfo.InvariantCulture, $"{time / NanosecondsInSecond:F2} s")),
            ]),
    ];

    /// <summary>Its classes.</summary>
    public Type[] Types => [.. typeof(Suite).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(Base))];

    private static string Percent => string.Create(CultureInfo.InvariantCulture, $"{100 * PolicyBenchmarks.Target:F0} %");

    /// <summary>How it is run and shown.</summary>
    /// <param name="isQuick">Whether in the quick mode.</param>
    /// <param name="chooses">Whether the benchmarks were chosen by name: otherwise the quick mode takes a few of each op, on the default device.</param>
    public IConfig ConfigFor(bool isQuick, bool chooses)
    {
        var config = DefaultConfig.Instance
            .AddJob(isQuick ? InProcess(Quick).WithId("quick") : Full.WithId("full"))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(LongestParameter))
            .AddColumn([StatisticColumn.Median, StatisticColumn.Min, .. Columns]);
        return isQuick && !chooses ? config.AddFilter(new SimpleFilter(IsQuick)) : config;
    }

    private static bool IsQuick(BenchmarkCase benchmark) =>
        Of<string>(benchmark) == DeviceBenchmarks.Devices.First() && (Of<KernelCase>(benchmark) is not { } work || work.IsQuick(PassOf(benchmark)));

    private static Job InProcess(Job job) => job.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromHours(1), logOutput: true));

    private static T? Of<T>(BenchmarkCase benchmark) where T : class => benchmark.Parameters.Items.Select(item => item.Value).OfType<T>().FirstOrDefault();

    // A suite's methods have the names of the passes.
    private static KernelPass PassOf(BenchmarkCase benchmark) => Enum.Parse<KernelPass>(benchmark.Descriptor.WorkloadMethod.Name);

    // Work per nanosecond is work · 10⁹ per second.
    private static string? SpeedOf(BenchmarkCase benchmark, double nanoseconds) =>
        Of<KernelCase>(benchmark) is { } work ? string.Create(CultureInfo.InvariantCulture, $"{work.AmountOf(PassOf(benchmark)) / nanoseconds:F1} G{work.Unit}/s") : null;

    private static string? ImagesOf(BenchmarkCase benchmark, double nanoseconds) =>
        Of<StepCase>(benchmark) is { } step ? string.Create(CultureInfo.InvariantCulture, $"{step.Batch * NanosecondsInSecond / nanoseconds:F1}") : null;
}
