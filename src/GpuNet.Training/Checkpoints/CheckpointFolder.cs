using System.Globalization;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// The checkpoints of a run, in its folder: <c>checkpoint.safetensors</c>, the latest; <c>checkpoint-previous.safetensors</c>, the one before, or, if all are kept,
/// <c>checkpoint-3000.safetensors</c> and so on; and <c>checkpoint-best.safetensors</c>.
/// </summary>
/// <param name="path">The run's folder, which exists.</param>
public sealed class CheckpointFolder(string path)
{
    /// <summary>The name of the latest.</summary>
    public const string LatestFile = "checkpoint.safetensors";

    /// <summary>The name of the one before.</summary>
    public const string PreviousFile = "checkpoint-previous.safetensors";

    /// <summary>The name of the one with the highest test accuracy.</summary>
    public const string BestFile = "checkpoint-best.safetensors";

    private const string Numbered = "checkpoint-*.safetensors";

    /// <summary>The run's folder.</summary>
    public string Path { get; } = path;

    /// <summary>The path of the latest.</summary>
    public string Latest => FileAt(LatestFile);

    /// <summary>The path of the best.</summary>
    public string Best => FileAt(BestFile);

    /// <summary>Finds the newest checkpoint of a folder that can be read: the latest, or if that is damaged or missing the one of the most iterations.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="warn">Is told of each that is damaged.</param>
    /// <returns>The checkpoint; null if there is none, readable or not.</returns>
    /// <exception cref="WeightsException">There are some, but none can be read.</exception>
    public static Checkpoint? FindNewest(string folder, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        if (!Directory.Exists(folder))
            return null;
        string latest = System.IO.Path.Combine(folder, LatestFile);
        string[] others = Directory.GetFiles(folder, Numbered);
        WeightsException? damage = null;
        if (File.Exists(latest) && TryRead(latest) is { } found)
            return found;
        return others.Select(TryRead).OfType<Checkpoint>().MaxBy(checkpoint => checkpoint.Iteration)
            ?? (damage is null ? null : throw new WeightsException($"none of the checkpoints in '{folder}' can be read; the last one: {damage.Message} Begin a new run in another folder.", damage));

        Checkpoint? TryRead(string path)
        {
            try
            {
                return Checkpoint.Read(path);
            }
            catch (WeightsException error)
            {
                warn(error.Message);
                damage = error;
                return null;
            }
        }
    }

    /// <summary>Whether a folder has a checkpoint, readable or not.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <returns>The file's path, or null.</returns>
    public static string? AnyIn(string folder) => Directory.EnumerateFiles(folder, "checkpoint*.safetensors").FirstOrDefault();

    internal string Previous => FileAt(PreviousFile);

    internal string NumberedAt(long iteration) => FileAt(Numbered.Replace("*", iteration.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    private string FileAt(string name) => System.IO.Path.Combine(Path, name);
}
