using System.Text.Json;
using System.Text.Json.Serialization;
using GpuNet.Training.Comparisons;
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
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // The files are read by people too: no \u002B for a plus sign. They are never embedded in a web page as they are.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static byte[] Of(Recipe recipe, RunSetting setting, RunRecord run) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = "run",
            setting.Started,
            Configuration = Configuration(recipe, setting),
            Device = new { setting.Device.Id, setting.Device.Name, setting.Device.MemoryBytes },
            Versions = Versions.Current,
            Result = Result(run),
        }, Options);

    public static byte[] Of(RunSetting setting, ComparisonResult comparison) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Kind = "comparison",
            setting.Started,
            Configuration = Configuration(comparison.Recipe, setting),
            Device = new { setting.Device.Id, setting.Device.Name, setting.Device.MemoryBytes },
            Versions = Versions.Current,
            Reference = comparison.Reference?.Name,
            comparison.ReferenceAccuracy,
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

    private static object Result(RunRecord run) => new
    {
        run.Name,
        Policy = run.Options.Policy.ToString(),
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
