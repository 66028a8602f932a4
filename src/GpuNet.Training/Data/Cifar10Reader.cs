using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>
/// Reads the binary version of CIFAR-10: <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>. A record is one label
/// byte and 3072 pixel bytes: the red, green and blue planes of 32×32, row-major. The published files hold 10,000 records; any whole number
/// above 0 is accepted. <c>batches.meta.txt</c>, one class name a line, is optional.
/// </summary>
public static class Cifar10Reader
{
    private const int RecordSize = 1 + 3 * 32 * 32;
    private const string TestFile = "test_batch.bin", MetaFile = "batches.meta.txt";
    private const int LongestMeta = 1 << 16;

    private static readonly Shape Image = new(1, 3, 32, 32);
    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
    private static readonly string[] PublishedClasses = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads a folder: the one with the files, or the one that the published archive was unpacked in.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="DataException">The folder or a file is missing, or a file is broken.</exception>
    public static ImageDataset Read(string folder)
    {
        DataFolder.ThrowIfMissing("cifar10", folder);
        string unpacked = Path.Combine(folder, "cifar-10-batches-bin");
        if (!File.Exists(Path.Combine(folder, TrainFiles[0])) && Directory.Exists(unpacked))
            folder = unpacked;
        DataFolder.ThrowIfIncomplete("cifar10", folder, [.. TrainFiles.Append(TestFile).Where(file => !File.Exists(Path.Combine(folder, file)))]);

        string[] classNames = ClassNames(Path.Combine(folder, MetaFile));
        return new ImageDataset("cifar10", Set("train", TrainFiles), Set("test", [TestFile]));

        ImageSet Set(string part, string[] files)
        {
            string[] paths = [.. files.Select(file => Path.Combine(folder, file))];
            int[] counts = [.. paths.Select(Records)];
            long pixelCount = counts.Sum(count => (long)count) * Image.Length;
            if (pixelCount > Array.MaxLength)
                throw new DataException($"cifar10 {part}: {pixelCount} pixel bytes in {folder}, but at most {Array.MaxLength} fit into memory at once. Use fewer records.");
            var pixels = new byte[pixelCount];
            var labels = new byte[counts.Sum()];
            int first = 0;
            for (int f = 0; f < paths.Length; f++)
            {
                ReadRecords(paths[f], pixels.AsSpan(first * Image.ImageSize, counts[f] * Image.ImageSize), labels.AsSpan(first, counts[f]), classNames.Length);
                first += counts[f];
            }

            return new ImageArray($"cifar10 {part}", Image, pixels, labels, classNames);
        }
    }

    private static int Records(string path)
    {
        long length = Guard(path, () => new FileInfo(path).Length);
        (long records, long rest) = Math.DivRem(length, RecordSize);
        if (records == 0 || rest != 0)
            throw new DataException($"{path}: {length} bytes, but must be a whole number above 0 of records of {RecordSize} bytes (the published file has 30730000); record {records} is {(rest == 0 ? "missing" : "truncated")}. Fetch it again.");
        return checked((int)records);
    }

    private static void ReadRecords(string path, Span<byte> pixels, Span<byte> labels, int classes)
    {
        byte[] contents = Guard(path, () => File.ReadAllBytes(path));
        if (contents.Length != labels.Length * RecordSize)
            throw new DataException($"{path}: changed from {labels.Length * RecordSize} to {contents.Length} bytes while it was read. Let nothing write to the file and try again.");
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> record = contents.AsSpan(i * RecordSize, RecordSize);
            if (record[0] >= classes)
                throw new DataException($"{path}: record {i} has label {record[0]}, but cifar10 has {classes} classes, so labels run from 0 to {classes - 1}. Fetch the file again.");
            labels[i] = record[0];
            record[1..].CopyTo(pixels[(i * Image.ImageSize)..]);
        }
    }

    private static string[] ClassNames(string path)
    {
        if (!File.Exists(path))
            return PublishedClasses;
        long length = Guard(path, () => new FileInfo(path).Length);
        if (length > LongestMeta)
            throw new DataException($"{path}: {length} bytes, but a list of {PublishedClasses.Length} class names has at most {LongestMeta}. Fetch the file again, or delete it to use the published names.");
        string[] names = Guard(path, () => File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray());
        if (names.Length != PublishedClasses.Length)
            throw new DataException($"{path}: {names.Length} class names, but CIFAR-10 has {PublishedClasses.Length}, one a line. Fetch the file again, or delete it to use the published names.");
        return names;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}) Check the file and its permissions.", e);
        }
    }
}
