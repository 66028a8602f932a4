using System.Collections.Immutable;
using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Files;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// A run between two iterations, in one file: a weights file (<see cref="WeightsFile"/>) that has also what the optimizer keeps (<c>optimizer.velocity.conv1.weights</c> …), what the
/// run came to (<c>run.evaluations</c>, <c>run.losses</c>), and, as text, how far it is, its settings, and a checksum of the whole file. A run that goes on from it
/// has the same weights as one that was never stopped, to the bit, on the same device.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>The version of the format that is written, and the latest that is read.</summary>
    public const int Version = 1;

    private const string VersionKey = "checkpoint", ProgressKey = "progress", SettingsKey = "settings";
    private const string EvaluationsName = $"{Safetensors.RunPrefix}evaluations", LossesName = $"{Safetensors.RunPrefix}losses";
    private const string Kind = "checkpoint";
    private const int EvaluationColumns = 4, LossColumns = 2;
    private const int LongestSettings = 1 << 16;
    private const int MostAtOnce = 1 << 20;

    // A century.
    private const long LongestTicks = 36525 * TimeSpan.TicksPerDay;

    private Checkpoint(string path, TrainingProgress progress, RunSettings settings, IReadOnlyDictionary<string, string> texts) =>
        (Path, Progress, Settings, Texts) = (path, progress, settings, texts);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How far the run is.</summary>
    public TrainingProgress Progress { get; }

    /// <summary>Updates made.</summary>
    public long Iteration => Progress.Iteration;

    /// <summary>The run's settings.</summary>
    public RunSettings Settings { get; }

    /// <summary>The learning-rate policy of the run.</summary>
    /// <exception cref="LearningRatePolicyException">It has none that is known here.</exception>
    public LearningRatePolicy Policy => PolicyText.Parse(Settings[RunSettings.Policy] ?? "");

    /// <summary>All text of the file.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>Reads a file and checks every byte of it against its checksum. Of the tensors nothing is kept.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="WeightsException">The file cannot be read, is no checkpoint, is damaged, or of a later version.</exception>
    public static Checkpoint Read(string path)
    {
        using var stream = WeightsFile.Open(path, Kind);
        return Read(path, stream);
    }

    /// <summary>Throws if a run of so many iterations cannot go on from here.</summary>
    /// <param name="iterations">All iterations of the run.</param>
    /// <exception cref="TrainingException">The checkpoint is of more.</exception>
    public void ThrowIfBeyond(long iterations)
    {
        if (Iteration > iterations)
            throw new TrainingException($"checkpoint '{Path}' is of {Iteration} iterations, but the run is to make {iterations} in all (--iterations). Choose more, or an earlier checkpoint.");
    }

    internal static Checkpoint Read(string path, Stream stream)
    {
        var file = new Safetensors(path, stream, Kind);
        var texts = file.ReadMetadata();
        if (!texts.TryGetValue(VersionKey, out string? version))
            throw new WeightsException($"checkpoint '{path}' has weights only: a run cannot go on from it. Give a file that `gpunet train` wrote as a checkpoint.");
        if (version != $"{Version}")
            throw new WeightsException($"checkpoint '{path}' is of version '{version}', but this program reads version {Version}. It is damaged, or of a newer GpuNet: use that.");
        file.ThrowUnlessIntact();
        try
        {
            return new(path, ReadProgress(file, texts), ReadSettings(texts), texts);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException)
        {
            throw new WeightsException($"checkpoint '{path}' is damaged: its text makes no sense: {error.Message}", error);
        }
    }

    /// <summary>Writes a file: to a temporary name, flushed to the disk, then moved into place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="previous">Where a file goes that is there already, once the new one is whole; null to replace it.</param>
    /// <param name="network">Has the weights.</param>
    /// <param name="state">What the optimizer keeps.</param>
    /// <param name="progress">How far the run is.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="notes">More text.</param>
    /// <param name="mean">The mean image to keep with the weights; null for none.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind, and what was there is there.</exception>
    /// <exception cref="NotFiniteNumberException">A weight, or what the optimizer keeps of it, is NaN or infinite; nothing is written.</exception>
    internal static void Write(
        string path, string? previous, Network network, IReadOnlyList<OptimizerState> state, TrainingProgress progress, RunSettings settings, IReadOnlyDictionary<string, string> notes, ImageMean? mean)
    {
        var losses = progress.Losses ?? new LossCurve().Snapshot();
        var texts = new Dictionary<string, string>(notes)
        {
            [VersionKey] = $"{Version}",
            [ProgressKey] = JsonSerializer.Serialize(new ProgressText(progress.Iteration, progress.Elapsed.Ticks, progress.TrainingTime.Ticks, progress.LastFiniteIteration, losses.Width)),
            [SettingsKey] = JsonSerializer.Serialize(settings.Texts.ToDictionary()),
        };
        var writer = new SafetensorsWriter(texts, hasChecksum: true);
        writer.Add(EvaluationsName, EvaluationColumns, [.. progress.Evaluations.SelectMany(evaluation => (double[])[evaluation.Iteration, evaluation.Loss, evaluation.Accuracy, evaluation.Top5Accuracy])]);
        writer.Add(LossesName, LossColumns, [.. losses.Sums.Zip(losses.Counts).SelectMany(window => (double[])[window.First, window.Second])]);
        foreach (var parameter in network.Parameters)
            writer.Add(parameter.Name, parameter.Value);
        foreach (var (name, values) in TensorsOf(network, state))
            writer.Add(name, values);
        if (mean is not null)
            writer.Add(Safetensors.MeanName, mean.Shape, () => [.. mean.Values]);
        AtomicFile.Write(path, writer.WriteTo, previous);
    }

    /// <summary>Gives a network the weights, and its optimizer what it kept. Everything is checked before the first value changes.</summary>
    /// <exception cref="WeightsException">The file has become another one, or its tensors are not the network's or the optimizer's.</exception>
    internal void Restore(Network network, IReadOnlyList<OptimizerState> state)
    {
        using var stream = WeightsFile.Open(Path, Kind);
        var file = new Safetensors(Path, stream, Kind);
        // Another process may have written a newer one since, whose weights do not go with this progress.
        if (file.ReadMetadata().GetValueOrDefault(FileChecksum.Key) != Texts[FileChecksum.Key])
            throw new WeightsException($"checkpoint '{Path}' has become another one since it was looked at: a run is still at work in its folder. Wait until that has ended.");
        (string Name, Tensor Values)[] tensors = [.. network.Parameters.Select(parameter => (parameter.Name, parameter.Value)), .. TensorsOf(network, state)];
        long[] offsets = file.OffsetsOf([.. tensors.Select(tensor => (tensor.Name, tensor.Values.Shape))], []);
        float[] part = new float[Math.Min(MostAtOnce, tensors.Max(tensor => tensor.Values.Length))];
        for (int i = 0; i < tensors.Length; i++)
        {
            var target = tensors[i].Values;
            for (long first = 0; first < target.Length; first += part.Length)
            {
                var values = part.AsSpan(0, (int)Math.Min(part.Length, target.Length - first));
                file.Read(offsets[i] + first * sizeof(float), values);
                target.Slice(first, Shape.Vector(values.Length)).CopyFrom(values);
            }
        }
    }

    // What the optimizer keeps of each parameter. The padding between two of a group is 0 in it and stays so.
    private static IEnumerable<(string Name, Tensor Values)> TensorsOf(Network network, IReadOnlyList<OptimizerState> state) =>
        from kept in state
        from pair in network.ParameterGroups.Zip(kept.Groups)
        from parameter in pair.First.Parameters.Index()
        select ($"{Safetensors.OptimizerPrefix}{kept.Name}.{parameter.Item.Name}", pair.First.WindowOf(parameter.Index, pair.Second));

    private static TrainingProgress ReadProgress(Safetensors file, Dictionary<string, string> texts)
    {
        var read = JsonSerializer.Deserialize<ProgressText>(texts[ProgressKey]) ?? throw new FormatException($"{ProgressKey} is null");
        double[] rows = file.ReadTable(EvaluationsName, EvaluationColumns), losses = file.ReadTable(LossesName, LossColumns);
        bool makesSense = read.Iteration is >= 0 and <= TrainingOptions.MaxIterations && read.ElapsedTicks is >= 0 and <= LongestTicks && read.TrainingTicks is >= 0 and <= LongestTicks
            && read.LastFinite >= -1 && read.LastFinite < Math.Max(1, read.Iteration) && read.LossWidth is >= 1 and <= TrainingOptions.MaxIterations
            && losses.Length == LossCurve.Windows * LossColumns;
        if (!makesSense)
            throw new FormatException($"{ProgressKey} has a number out of its range");
        var evaluations = ImmutableArray.CreateBuilder<EvaluationRecord>(rows.Length / EvaluationColumns);
        for (int i = 0; i < rows.Length; i += EvaluationColumns)
            evaluations.Add(new((long)rows[i], rows[i + 1], rows[i + 2], rows[i + 3]));
        return new()
        {
            Iteration = read.Iteration,
            Evaluations = evaluations.MoveToImmutable(),
            Elapsed = new(read.ElapsedTicks),
            TrainingTime = new(read.TrainingTicks),
            LastFiniteIteration = read.LastFinite,
            Losses = new(read.LossWidth, [.. losses.Where((_, i) => i % LossColumns == 0)], [.. losses.Where((_, i) => i % LossColumns == 1).Select(count => (long)count)]),
        };
    }

    private static RunSettings ReadSettings(Dictionary<string, string> texts)
    {
        string text = texts[SettingsKey];
        if (text.Length > LongestSettings)
            throw new FormatException($"{SettingsKey} has {text.Length} characters");
        var settings = JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? throw new FormatException($"{SettingsKey} is null");
        return new([.. settings]);
    }

    private sealed record ProgressText(long Iteration, long ElapsedTicks, long TrainingTicks, long LastFinite, long LossWidth);
}
