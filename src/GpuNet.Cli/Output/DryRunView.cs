using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Timing;

namespace GpuNet.Cli.Output;

/// <summary>What <c>--dry-run</c> shows, on standard output: the settings, the memory, the cycles and the time.</summary>
internal static class DryRunView
{
    /// <summary>What a run would be made with.</summary>
    public static void ShowSettings(CliConsole console, Recipe recipe, RunSetting setting, TrainingMemory memory)
    {
        console.Show($"Dry run of {recipe.Model} on {setting.Dataset}, device {setting.Device.Id}: nothing is written, and nothing trained but a few iterations to time them.");
        console.Show(setting.TableOf(recipe));
        console.Show($"Memory of a run: {memory}.");
    }

    /// <summary>The policy of a run.</summary>
    /// <param name="console">Where to; also gets the warning of a run that does not end at a cycle's end.</param>
    /// <param name="plan">The policy and the iterations.</param>
    /// <param name="epoch">Iterations of an epoch.</param>
    public static void ShowPolicy(CliConsole console, PolicyPlan plan, double epoch)
    {
        console.Show($"Policy: {plan.Policy}");
        PolicyView.ShowTable(console, plan, epoch);
        if (plan.CycleWarning is { } warning)
            console.Warn(warning);
    }

    /// <summary>The time of a run, in a line.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="name">What it is.</param>
    /// <param name="pace">How fast it is.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="from">What it goes on from; null if it begins.</param>
    public static void ShowTime(CliConsole console, string name, TrainingPace pace, TrainingOptions options, TrainingProgress? from = null)
    {
        from ??= TrainingProgress.Start;
        string tenCrop = options.TenCrop ? ", and one on ten windows" : "";
        console.Show($"Time of the {name}: about {Format.Time(pace.Of(options, from))}, for {options.Iterations - from.Iteration} iterations of {Short(pace.Iteration)} and {options.Evaluations - from.Evaluations.Length} evaluations of {Short(pace.Evaluation)}{tenCrop}.");
    }

    /// <summary>A row for each variant of a comparison, and the time of all runs that are left to make.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="comparison">The comparison.</param>
    /// <param name="left">The runs that are not finished.</param>
    /// <param name="paceOf">How fast a run is.</param>
    /// <param name="epoch">Iterations of an epoch.</param>
    public static void ShowRuns(CliConsole console, Comparison comparison, IReadOnlyList<ComparisonStep> left, Func<ComparisonStep, TrainingPace> paceOf, double epoch)
    {
        console.Show(
            ["Run", "Iterations", "Epochs", "Cycles", "Epochs a step", "Ends with a cycle", "Last rate", .. comparison.Seeds > 1 ? (string[])["Seeds"] : [], "Time"],
            comparison.Variants.Select(variant => (string[])
            [
                variant.Name,
                $"{variant.Options.Iterations}",
                Format.Number(variant.Options.Iterations / epoch),
                Stages(variant, PolicyView.CyclesOf),
                Stages(variant, stage => PolicyView.StepsOf(stage, step => Format.Number(step / epoch))),
                variant.Options.Plan.EndsWithCycle switch { true => "yes", false => "no", null => "-" },
                Format.Rate(variant.Options.Plan.LastRate),
                .. comparison.Seeds > 1 ? (string[])[$"{comparison.Seeds}"] : [],
                Format.Time(TimeOf(left.Where(step => step.Name == variant.Name))),
            ]));
        console.Show($"Time of all: about {Format.Time(TimeOf(left))}, for {left.Count} of {comparison.Steps.Length} runs{(left.Count < comparison.Steps.Length ? "; the others are finished" : "")}.");

        TimeSpan TimeOf(IEnumerable<ComparisonStep> steps) => steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + paceOf(step).Of(step.Options));
    }

    private static string Stages(ComparisonStep step, Func<PlannedStage, string> text) => string.Join(", ", step.Options.Plan.Stages.Select(text));

    private static string Short(TimeSpan time) => time.TotalSeconds < 1 ? FormattableString.Invariant($"{time.TotalMilliseconds:G3} ms") : FormattableString.Invariant($"{time.TotalSeconds:G3} s");
}
