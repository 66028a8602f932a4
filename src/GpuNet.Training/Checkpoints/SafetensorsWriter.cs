using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Files;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// Writes a file in the safetensors format. First its tensors are described, then they are written one after another, so that not even one of them need be in
/// host memory as a whole.
/// </summary>
internal sealed class SafetensorsWriter
{
    // Values of a tensor that are copied from the device at a time.
    private const int MostAtOnce = 1 << 20;
    private const int Alignment = 8;

    private readonly Dictionary<string, object> entries = [];
    private readonly List<Action<Stream>> tensors = [];
    private readonly bool hasChecksum;
    private float[] part = [];
    private long offset;

    /// <summary>Begins with the text.</summary>
    /// <param name="texts">Text to keep with the tensors; null for none.</param>
    /// <param name="hasChecksum">Whether the file gets a <see cref="FileChecksum"/>.</param>
    public SafetensorsWriter(IReadOnlyDictionary<string, string>? texts, bool hasChecksum = false)
    {
        this.hasChecksum = hasChecksum;
        if (hasChecksum)
            texts = new[] { KeyValuePair.Create(FileChecksum.Key, FileChecksum.Zeros) }.Concat(texts ?? new Dictionary<string, string>()).ToDictionary();
        if (texts is not null)
            entries.Add(Safetensors.MetadataKey, texts);
    }

    /// <summary>Adds a tensor that is on the device.</summary>
    public void Add(string name, Tensor tensor) => Add(name, "F32", Sizes(tensor.Shape), tensor.Length * sizeof(float), stream => Copy(tensor, stream));

    /// <summary>Adds a tensor whose values are made when they are written.</summary>
    public void Add(string name, Shape shape, Func<float[]> values) =>
        Add(name, "F32", Sizes(shape), shape.Length * sizeof(float), stream => stream.Write(LittleEndian.BytesOf(values())));

    /// <summary>Adds a table of float64, (rows, columns). Tables come first, so that they begin at multiples of their 8 bytes.</summary>
    public void Add(string name, int columns, double[] values) =>
        Add(name, "F64", [values.Length / columns, columns], values.Length * sizeof(double), stream => stream.Write(LittleEndian.BytesOf((double[])[.. values])));

    /// <summary>Writes the file.</summary>
    /// <param name="stream">At its beginning; it must be one that can be sought in if the file gets a checksum.</param>
    /// <exception cref="NotFiniteNumberException">A value of a file that gets a checksum is NaN or infinite: nobody can go on from it.</exception>
    public void WriteTo(Stream stream)
    {
        if (!hasChecksum)
        {
            WriteAll(stream);
            return;
        }

        using var sha = SHA256.Create();
        using (var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true))
            WriteAll(hashed);
        stream.Position = FileChecksum.Position;
        stream.Write(FileChecksum.DigitsOf(sha.Hash!));
    }

    private static int[] Sizes(Shape shape) => [shape.N, shape.C, shape.H, shape.W];

    private void Add(string name, string type, int[] sizes, long bytes, Action<Stream> write)
    {
        entries.Add(name, new { dtype = type, shape = sizes, data_offsets = new[] { offset, offset + bytes } });
        tensors.Add(write);
        offset += bytes;
    }

    private void WriteAll(Stream stream)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entries);
        // Blanks behind the JSON bring the values to a multiple of 8 bytes, as the format asks.
        byte[] header = new byte[(json.Length + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        json.CopyTo(header, 0);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var write in tensors)
            write(stream);
    }

    private void Copy(Tensor tensor, Stream stream)
    {
        if (part.Length < Math.Min(MostAtOnce, tensor.Length))
            part = new float[Math.Min(MostAtOnce, tensor.Length)];
        for (long first = 0; first < tensor.Length; first += part.Length)
        {
            var values = part.AsSpan(0, (int)Math.Min(part.Length, tensor.Length - first));
            tensor.Slice(first, Shape.Vector(values.Length)).CopyTo(values);
            if (hasChecksum)
                ThrowUnlessFinite(values);
            stream.Write(LittleEndian.BytesOf(values));
        }
    }

    private static void ThrowUnlessFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new NotFiniteNumberException(value);
        }
    }
}
