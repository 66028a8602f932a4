using System.Text.Json;
using System.Text.Json.Serialization;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Files;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Reports;

/// <summary>
/// The JSON of a run or a comparison. Names are in camel case; rates, losses and accuracies are plain numbers, a NaN or infinite loss
/// the text "NaN" or "Infinity"; times are seconds. <c>baseRecipe</c> is the
/// recipe that the settings began as; the settings beside it are those that were used.
/// </summary>
internal static class ReportJson
{
    /// <summary>The <c>kind</c> of a single run.</summary>
    public const string RunKind = "run";

    /// <summary>The <c>kind</c> of a comparison's plan.</summary>
    public const string PlanKind = "comparison-plan";

    // Reading is strict: what is read may be broken or somebody else's.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // The files are read by people too: no \u002B for a plus sign. They are never embedded in a web page as they are.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    /// <summary>Reads back what was written.</summary>
    /// <exception cref="JsonException">It is not that.</exception>
    public static T? Read<T>(byte[] bytes)
    {
        if (!JsonWords.AreKnown(bytes))
            throw new JsonException("A word of it is no JSON.");
        if (!JsonWords.AreOfSize(bytes))
            throw new JsonException("It has more and smaller values than such a file has.");
        return JsonSerializer.Deserialize<T>(bytes, Options);
    }

    /// <summary>The settings of a run or of what several runs share, as they are written.</summary>
    public static JsonElement ConfigurationOf(Recipe recipe, RunSetting setting) => JsonSerializer.SerializeToElement(Configuration(recipe, setting), Options);

    /// <summary>The same for people.</summary>
    public static ReportTable TableOf(Recipe recipe, RunSetting setting) => ReportTable.Of<JsonProperty>(
        [.. ConfigurationOf(recipe, setting).EnumerateObject()],
        [
            ("Setting", member => string.Concat(member.Name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"))),
            ("Value", member => member.Value.ValueKind == JsonValueKind.Null ? "none" : member.Value.ToString()),
        ]);

    /// <summary>What must be the same when a comparison is resumed, as it is written.</summary>
    public static JsonElement ExperimentOf(RunSetting setting, Comparison comparison) => JsonSerializer.SerializeToElement(Experiment(setting, comparison), Options);

    public static byte[] Of(Recipe recipe, RunSetting setting, RunRecord run) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = RunKind,
            setting.Started,
            setting.Command,
            Configuration = Configuration(recipe, setting),
            Device = new { setting.Device.Id, setting.Device.Name, setting.Device.MemoryBytes },
            Versions = Versions.Current,
            Result = Result(run),
            run.Result.LossCurve,
        }, Options);

    /// <summary>What a comparison is about to run. <c>experiment</c> is what must be the same when it is resumed.</summary>
    public static byte[] Of(RunSetting setting, Comparison comparison) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = PlanKind,
            setting.Started,
            setting.Command,
            Experiment = Experiment(setting, comparison),
        }, Options);

    public static byte[] Of(RunSetting setting, ComparisonResult comparison) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = "comparison",
            setting.Started,
            setting.Command,
            Configuration = Configuration(comparison.Recipe, setting),
            Device = new { setting.Device.Id, setting.Device.Name, setting.Device.MemoryBytes },
            Versions = Versions.Current,
            comparison.Seeds,
            Reference = comparison.Reference?.Name,
            comparison.ReferenceAccuracy,
            Variants = comparison.Variants.Select(variant => Summary(comparison, variant)),
            Results = comparison.Runs.Select(run => new { IterationsToReferenceAccuracy = comparison.IterationsToReference(run), Run = Result(run) }),
        }, Options);

    /// <summary>A range test. Its configuration is that of the sweep.</summary>
    public static byte[] Of(Recipe recipe, RunSetting setting, RangeTestResult test) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = "range-test",
            setting.Started,
            Configuration = Configuration(recipe with { Training = test.Sweep }, setting),
            Device = new { setting.Device.Id, setting.Device.Name, setting.Device.MemoryBytes },
            Versions = Versions.Current,
            Sweep = new { Shape = test.Options.Shape.ToString(), FirstRate = test.Options.FirstRate, test.Options.MaxRate, test.Options.Smoothing, test.Options.DivergenceFactor },
            End = test.End.ToString(),
            test.Run.Divergence,
            Policy = test.Suggestion?.Policy.ToString(),
            test.Suggestion?.Base,
            test.Suggestion?.Max,
            test.Suggestion?.StepSize,
            test.Suggestion?.EpochsInStep,
            Confidence = test.Suggestion?.Confidence.ToString(),
            Reason = test.Suggestion?.Reason ?? test.Problem,
            test.FromLoss,
            ElapsedSeconds = Math.Round(test.Run.Elapsed.TotalSeconds, 3),
            test.Accuracies,
        }, Options);

    // Which of several equal devices it is, how many cores, and the patch of the operating system, may change.
    private static object Experiment(RunSetting setting, Comparison comparison) => new
    {
        Configuration = Configuration(comparison.Recipe, setting),
        Runs = comparison.Variants.ToDictionary(
            step => step.Name,
            step => new { Policy = step.Options.Policy.ToString(), Optimizer = step.Options.Optimizer.ToString(), step.Options.Iterations, MomentumRange = step.Options.MomentumRange?.ToString() }),
        comparison.Seeds,
        Device = new { Kind = setting.Device.Kind.ToString(), setting.Device.Rounding },
        Versions = new { Versions.Current.GpuNet, Versions.Current.DotNet, Versions.Current.Ilgpu },
    };

    private static object Configuration(Recipe recipe, RunSetting setting) => new
    {
        BaseRecipe = recipe.Name,
        recipe.Model,
        setting.Dataset,
        setting.TrainImages,
        setting.TestImages,
        setting.Classes,
        Image = $"{setting.Image.C}x{setting.Image.H}x{setting.Image.W}",
        Channels = setting.Channels?.ToString(),
        setting.DataChecksum,
        recipe.Batch,
        recipe.Training.IterationSize,
        recipe.Training.Iterations,
        recipe.Training.Seed,
        recipe.Training.Shuffle,
        Mean = recipe.Training.Mean.ToString(),
        recipe.Training.Crop,
        recipe.Training.Mirror,
        Optimizer = recipe.Training.Optimizer.ToString(),
        MomentumRange = recipe.Training.MomentumRange?.ToString(),
        recipe.Training.WeightDecay,
        recipe.Training.ClipGradients,
        recipe.Training.TestInterval,
        recipe.Training.TestAtStart,
        recipe.Training.TenCrop,
        DisplayInterval = recipe.Training.DisplayIntervalOn(setting.Device.Kind),
        Fusion = setting.Compilation.Fuse,
        Winograd = setting.Compilation.AllowWinograd,
    };

    private static object Summary(ComparisonResult comparison, VariantResult variant) => new
    {
        variant.Name,
        Policy = variant.Options.Policy.ToString(),
        Optimizer = variant.Options.Optimizer.ToString(),
        variant.Options.Iterations,
        Runs = variant.Runs.Length,
        Completed = variant.Completed.Length,
        variant.LastAccuracy,
        variant.BestAccuracy,
        AccuracyAt = comparison.Checkpoints.Select(iteration => new { Iteration = iteration, Accuracy = variant.AccuracyAt(iteration) }),
        IterationsToReferenceAccuracy = variant.Reached,
        DifferenceFromReference = variant.Difference is { } test
            ? new { Accuracy = test.Difference, IntervalLow = test.Interval?.Low, IntervalHigh = test.Interval?.High, test.PValue, variant.CorrectedPValue }
            : null,
    };

    private static object Result(RunRecord run) => new
    {
        run.Name,
        run.Options.Seed,
        Policy = run.Options.Policy.ToString(),
        Optimizer = run.Options.Optimizer.ToString(),
        Outcome = run.Result.Outcome.ToString(),
        run.Result.Iterations,
        BestAccuracy = run.Result.Best?.Accuracy,
        BestAccuracyAt = run.Result.Best?.Iteration,
        LastAccuracy = run.Result.Last?.Accuracy,
        LastTop5Accuracy = run.Result.Last?.Top5Accuracy,
        run.Result.TenCrop,
        run.Result.Divergence,
        ElapsedSeconds = Math.Round(run.Result.Elapsed.TotalSeconds, 3),
        ImagesPerSecond = Math.Round(run.Result.ImagesPerSecond, 1),
        run.Result.Evaluations,
    };
}
