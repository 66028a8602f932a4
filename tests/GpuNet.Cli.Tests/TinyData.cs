using System.Buffers.Binary;

namespace GpuNet.Cli.Tests;

/// <summary>A folder that is gone after the test, with a tiny IDX set in <see cref="Data"/>: 40 training and 20 test images of 4 classes.</summary>
internal sealed class TinyData : IDisposable
{
    /// <summary>What the names of TensorBoard's files begin with.</summary>
    public const string Events = "events.out.tfevents.";

    public TinyData(int size = 12)
    {
        Directory.CreateDirectory(Data);
        WriteSet("train", 40, size);
        WriteSet("t10k", 20, size);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("gpunet-cli-").FullName;

    public string Data => Path.Combine(Root, "images");

    /// <summary>Where a run may write.</summary>
    public string Out => Path.Combine(Root, "out");

    /// <summary>The names of the files there; of TensorBoard's only what is always the same.</summary>
    public IEnumerable<string> OutFiles => FilesIn(Out);

    /// <summary>The options that make a run short.</summary>
    public string[] Options => ["--dataset", "idx", "--data", Data, "--batch", "8", "--device", "cpu", "--out", Out];

    /// <summary>The names of a run folder's files; of TensorBoard's only what is always the same.</summary>
    public static IEnumerable<string> FilesIn(string run) =>
        Directory.GetFiles(run).Select(file => Path.GetFileName(file)).Select(name => name.StartsWith(Events, StringComparison.Ordinal) ? Events : name);

    public string At(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void WriteSet(string part, int count, int size)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))];
        // A class is a brightness, with a pattern on it.
        byte[] pixels = [.. labels.SelectMany((label, i) => Enumerable.Range(0, size * size).Select(p => (byte)((60 * label) + ((i + p) * 7 % 31))))];
        File.WriteAllBytes(Path.Combine(Data, $"{part}-images-idx3-ubyte"), [.. Header(count, size, size), .. pixels]);
        File.WriteAllBytes(Path.Combine(Data, $"{part}-labels-idx1-ubyte"), [.. Header(count), .. labels]);
    }

    private static byte[] Header(params int[] sizes)
    {
        byte[] header = new byte[4 + (4 * sizes.Length)];
        header[2] = 8;
        header[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        return header;
    }
}
