using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// Labelled pictures in files, decoded when a batch needs them, so that memory is bounded whatever their number. Their sizes differ:
/// <see cref="ImageSet.Shape"/> is what lies within each of them once it was resized.
/// </summary>
public sealed class PictureSet : ImageSet
{
    private readonly string[] files;
    private readonly int[] labels;
    private readonly bool isTraining;
    private readonly HashSet<int> skipped = [];
    private readonly ulong[] fingerprints;
    private (Size2D Window, float[] Values)? mean;

    /// <summary>Takes over the lists, which the caller must not change afterwards.</summary>
    /// <param name="name">What messages call the set.</param>
    /// <param name="files">The pictures.</param>
    /// <param name="labels">One class index a picture.</param>
    /// <param name="classNames">The classes' names.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="isTraining">Whether it is an error if all files of a class are no pictures, and not only if all files of the set are none.</param>
    /// <exception cref="TrainingException">An option is out of its range.</exception>
    /// <exception cref="DataException">No files, a label without a class or a file without a label.</exception>
    public PictureSet(string name, string[] files, int[] labels, IReadOnlyList<string> classNames, PictureOptions options, bool isTraining = false)
        : base(name, Valid(options).Image, classNames)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(labels);
        if (files.Length == 0 || files.Length != labels.Length)
            throw new DataException($"{name}: {files.Length} files and {labels.Length} labels; there must be at least one file, and a label for each.");
        if (labels.FirstOrDefault(label => label < 0 || label >= classNames.Count, -1) is var wrong and not -1)
            throw new DataException($"{name}: a file has label {wrong}, but the set has {classNames.Count} classes, so labels run from 0 to {classNames.Count - 1}. Repair the label or name the class.");
        this.files = files;
        fingerprints = new ulong[files.Length];
        this.labels = labels;
        this.isTraining = isTraining;
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

    /// <summary>The mean of the windows in the middles of all pictures, read on the threads that the options allow. The first call reads them; later ones for
    /// the same window give the same values again. Not safe for use by several threads at once.</summary>
    /// <param name="window">Rows and columns of a window.</param>
    /// <param name="progress">Is told how many pictures were read, now and then, on any thread; null for silence.</param>
    /// <param name="cancellation">Looked at between pictures.</param>
    /// <returns>C·H·W means in 0–255, CHW: exact sums, divided once.</returns>
    /// <exception cref="DataException">More files are no pictures than may be skipped.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] MeanOf(Size2D window, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        if (mean is not { } known || known.Window != window)
            mean = known = (window, PictureMean.Compute(this, window, progress, cancellation));
        return known.Values;
    }

    /// <summary>Remembers what a picture was when it was first read, and holds it against what it is now. For several threads at once.</summary>
    /// <param name="i">Which picture, from 0.</param>
    /// <param name="fingerprint"><see cref="PictureReader.Fingerprint"/>.</param>
    /// <exception cref="DataException">It has changed.</exception>
    internal void ThrowIfChanged(int i, ulong fingerprint)
    {
        ulong first = Interlocked.CompareExchange(ref fingerprints[i], fingerprint, 0);
        if (first != 0 && first != fingerprint)
            throw new DataException($"{files[i]} is another picture than before.");
    }

    /// <summary>Counts a file that is no picture, once. To be called in the order of the batches, so that runs end at the same one.</summary>
    /// <exception cref="DataException">There are more than the options allow, or it was a picture before.</exception>
    internal void Skip(int i, DataException reason)
    {
        if (Volatile.Read(ref fingerprints[i]) != 0)
            throw new DataException($"{Name}: a file has changed since the run read it first, so what it learns would not be what its seed stands for: {reason.Message} Put it back as it was, or begin a new run.", reason);
        if (!skipped.Add(i))
            return;
        Options.Skipped?.Invoke(reason.Message);
        if (Options.MostBadFiles == int.MaxValue)
            return;
        if (skipped.Count > Options.MostBadFiles)
            throw new DataException($"{Name}: {skipped.Count} file{(skipped.Count == 1 ? "" : "s")} cannot be decoded, and at most {Options.MostBadFiles} may be skipped; the last one: {reason.Message} Or let more be skipped (--max-bad-files).", reason);
        if (isTraining ? Files(labels[i]).All(skipped.Contains) : skipped.Count == Count)
            throw new DataException($"{Name}: {(isTraining ? $"no file of class '{ClassNames[labels[i]]}'" : "no file of the set")} can be decoded; at least one must be a picture. The last one: {reason.Message}", reason);
    }

    private static PictureOptions Valid(PictureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return options;
    }

    private IEnumerable<int> Files(int label) => Enumerable.Range(0, Count).Where(i => labels[i] == label);
}
