using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary>What a run goes on from, and where.</summary>
/// <param name="From">The checkpoint; null if the run begins.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="IsSameRun">Whether the folder is that of the checkpoint's run, which goes on in it.</param>
internal sealed record Resumption(Checkpoint? From, string Folder, bool IsSameRun)
{
    /// <summary>Throws if the checkpoint is of another run than the one to come, or beyond its end.</summary>
    /// <exception cref="TrainingException">Settings or data differ, or it is of more iterations.</exception>
    public void ThrowUnlessFits(Recipe recipe, ImageDataset images)
    {
        if (From is null)
            return;
        From.ThrowIfBeyond(recipe.Training.Iterations);
        string[] differences = [.. RunSettings.Of(recipe, images).DifferencesFrom(From.Settings)];
        if (differences.Length > 0)
            throw new TrainingException($"checkpoint '{From.Path}' is of another run: {string.Join("; ", differences)}. Give what it was made with, or begin a new run in another folder ({OutputOption.Name}).");
    }
}
