using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// Labelled pictures in files, decoded when a batch needs them, so that memory is bounded whatever their number. Their sizes differ:
/// <see cref="ImageSet.Shape"/> is the square that lies within each of them once its shorter side was resized.
/// </summary>
public sealed class PictureSet : ImageSet
{
    private const int Channels = 3;

    private readonly string[] files;
    private readonly int[] labels;
    private readonly HashSet<string> skipped = [];

    /// <summary>Takes over the lists, which the caller must not change afterwards.</summary>
    /// <param name="name">What messages call the set.</param>
    /// <param name="files">The pictures.</param>
    /// <param name="labels">One class index a picture.</param>
    /// <param name="classNames">The classes' names.</param>
    /// <param name="options">How they are read.</param>
    /// <exception cref="DataException">No files, a label without a class or a file without a label, or an option out of its range.</exception>
    public PictureSet(string name, string[] files, int[] labels, IReadOnlyList<string> classNames, PictureOptions options)
        : base(name, new Shape(1, Channels, (options ?? throw new ArgumentNullException(nameof(options))).ShortSide, options.ShortSide), classNames)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(labels);
        options.ThrowIfInvalid();
        if (files.Length == 0 || files.Length != labels.Length)
            throw new DataException($"{name}: {files.Length} files and {labels.Length} labels; there must be at least one file, and a label for each.");
        if (labels.FirstOrDefault(label => label < 0 || label >= classNames.Count, -1) is var wrong and not -1)
            throw new DataException($"{name}: a file has label {wrong}, but the set has {classNames.Count} classes, so labels run from 0 to {classNames.Count - 1}. Repair the label or name the class.");
        this.files = files;
        this.labels = labels;
        Options = options;
    }

    /// <summary>How the pictures are read.</summary>
    public PictureOptions Options { get; }

    /// <summary>The number of pictures.</summary>
    public override int Count => files.Length;

    /// <summary>One picture's class index.</summary>
    /// <param name="i">Which picture, from 0.</param>
    /// <returns>The label.</returns>
    public override int Label(int i) => labels[i];

    /// <summary>One picture's file.</summary>
    /// <param name="i">Which picture, from 0.</param>
    /// <returns>The path.</returns>
    public string File(int i) => files[i];

    internal Picture Read(int i) => Picture.Read(files[i], Options.ShortSide);

    /// <summary>Counts a file that is no picture, once. To be called in the order of the batches, so that runs end at the same one.</summary>
    /// <exception cref="DataException">There are more than the options allow.</exception>
    internal void Skip(int i, DataException reason)
    {
        if (!skipped.Add(files[i]))
            return;
        Options.Skipped?.Invoke($"skipped: {reason.Message}");
        if (skipped.Count > Options.MostBadFiles)
            throw new DataException($"{Name}: {skipped.Count} files are no pictures that can be decoded, and at most {Options.MostBadFiles} may be skipped (--max-bad-files). The last one is {reason.Message}", reason);
    }
}
