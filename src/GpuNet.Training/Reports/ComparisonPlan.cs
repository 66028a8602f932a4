using System.Text.Json;
using GpuNet.Training.Files;

namespace GpuNet.Training.Reports;

/// <summary>The plan that a comparison's folder has from its beginning, against the one that is to be resumed.</summary>
internal static class ComparisonPlan
{
    // That of 100 runs has some 50,000.
    private const int MostBytes = 4 << 20;

    // Differences that a message names.
    private const int MostDifferences = 5;

    private const string WayOut = "Choose another folder for a new comparison.";

    /// <summary>Throws unless a plan is that of an experiment.</summary>
    /// <param name="path">The plan's file.</param>
    /// <param name="experiment">What is to be resumed: <see cref="ReportJson.ExperimentOf"/>.</param>
    /// <exception cref="TrainingException">It is that of another one; the message says what differs.</exception>
    /// <exception cref="RunFileException">It cannot be read, or is broken.</exception>
    public static void ThrowUnlessSame(string path, JsonElement experiment)
    {
        string[] differences = DifferencesOf(path, RunReader.BytesOf(path, MostBytes, WayOut), experiment);
        if (differences.Length > 0)
            throw new TrainingException($"'{path}' is the plan of another comparison: {string.Join("; ", differences)}. Resume that one as it was begun, by its command, or choose another folder for this one.");
    }

    /// <summary>Where a plan's content and an experiment differ.</summary>
    internal static string[] DifferencesOf(string path, byte[] bytes, JsonElement experiment)
    {
        try
        {
            return ReportJson.Read<Content>(bytes) is { Kind: ReportJson.PlanKind } content
                ? [.. JsonDifferences.Of(content.Experiment, experiment).Take(MostDifferences)]
                : throw new RunFileException($"'{path}' is no plan of a comparison. {WayOut}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new RunFileException($"'{path}' is broken: {ForeignText.Shorten(error.Message)} {WayOut}", error);
        }
    }

    private sealed record Content(string Kind, JsonElement Experiment);
}
