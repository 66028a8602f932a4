using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Files;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// A network's parameter values in the safetensors format: an 8-byte little-endian length, a JSON header of that length, then the
/// tensors' float32 values, little-endian, in the header's order. Each tensor has its parameter's name, such as <c>conv1.weights</c>, and
/// its rank-4 shape: (O, C/groups, kh, kw) for filters, (outputs, inputs, 1, 1) for an inner product, (1, O, 1, 1) for a bias. A tensor
/// <c>mean_image</c>, (1, C, H, W), holds what was subtracted from the images, where that is a mean image.
/// </summary>
public static class WeightsFile
{
    // A network of 10,000 parameters needs less than 2 MB.
    private const int MaxHeaderLength = 16 << 20;
    private const int LengthBytes = sizeof(long);
    private const string MetadataKey = "__metadata__";

    // Not the name of a parameter, which has a dot.
    private const string MeanName = "mean_image";

    /// <summary>Writes a network's parameters: to a temporary name, flushed to the disk, then moved into place.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">Text to keep with the weights, such as the model's name.</param>
    /// <param name="mean">The mean image to keep with the weights; null for none.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string>? metadata = null, ImageMean? mean = null)
    {
        byte[] header = HeaderOf(network, metadata, mean);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var parameter in network.Parameters)
                stream.Write(LittleEndian(parameter.Value.ToArray()));
            if (mean is not null)
                stream.Write(LittleEndian([.. mean.Values]));
        });
    }

    /// <summary>Reads a file's parameters into a network. Everything is checked before the first value changes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network; the file must hold exactly its parameters, and may hold those of <paramref name="auxiliaryLayers"/>.</param>
    /// <param name="auxiliaryLayers">Layers that are there in training only, such as <see cref="Layers.Models.GoogLeNet.AuxiliaryLayers"/>: a network without
    /// them reads a file that has them. Null for none.</param>
    /// <exception cref="WeightsException">The file cannot be read, is no safetensors file, is cut short, or holds other tensors, shapes or types.</exception>
    public static void Load(string path, Network network, IReadOnlyList<string>? auxiliaryLayers = null)
    {
        using var stream = Open(path);
        using var header = ReadHeader(path, stream);
        long dataStart = stream.Position;
        long[] offsets = OffsetsOf(path, header.RootElement, network, auxiliaryLayers ?? [], stream.Length - dataStart);
        for (int i = 0; i < offsets.Length; i++)
        {
            network.Parameters[i].Value.CopyFrom(ReadValues(stream, dataStart + offsets[i], network.Parameters[i].Value.Length));
        }
    }

    /// <summary>Reads the mean image kept with the weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The mean image; null if the file has none.</returns>
    /// <exception cref="WeightsException">The file cannot be read, is no safetensors file, is cut short, or its mean image is of no image's shape.</exception>
    public static ImageMean? ReadMean(string path)
    {
        using var stream = Open(path);
        using var header = ReadHeader(path, stream);
        long dataStart = stream.Position;
        try
        {
            if (!header.RootElement.TryGetProperty(MeanName, out var entry))
                return null;
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("shape", out var sizes) || !TryReadWholes(sizes, out long[] given)
                || given is not [1, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue] || given[1] * (double)given[2] * given[3] * sizeof(float) > int.MaxValue)
                throw new WeightsException($"weights file '{path}': tensor '{MeanName}' has not the shape of one image, [1,channels,rows,columns]. The file is damaged.");
            var shape = new Shape(1, (int)given[1], (int)given[2], (int)given[3]);
            long offset = OffsetOf(path, header.RootElement, MeanName, shape, stream.Length - dataStart);
            return new(shape, ReadValues(stream, dataStart + offset, shape.Length));
        }
        catch (InvalidOperationException error)
        {
            throw NotUnicode(path, error);
        }
    }

    /// <summary>Reads the text kept with the weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The text by key; empty if the file has none.</returns>
    /// <exception cref="WeightsException">The file cannot be read or is no safetensors file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = Open(path);
        using var header = ReadHeader(path, stream);
        var texts = new Dictionary<string, string>();
        try
        {
            ReadTexts(header.RootElement, texts);
        }
        catch (InvalidOperationException error)
        {
            throw NotUnicode(path, error);
        }

        return texts;
    }

    private static void ReadTexts(JsonElement header, Dictionary<string, string> texts)
    {
        if (!header.TryGetProperty(MetadataKey, out var metadata) || metadata.ValueKind != JsonValueKind.Object)
            return;
        foreach (var entry in metadata.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String))
            texts[entry.Name] = entry.Value.GetString()!;
    }

    // JSON may escape halves of surrogate pairs, or hold bytes that are not UTF-8; the parser lets both pass, and reading them as text throws.
    private static WeightsException NotUnicode(string path, InvalidOperationException error) =>
        new($"weights file '{path}' is no safetensors file: its header has text that is not Unicode. The file is damaged.", error);

    private static float[] ReadValues(FileStream stream, long position, long count)
    {
        var values = new float[count];
        stream.Position = position;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        LittleEndian(values);
        return values;
    }

    private static byte[] HeaderOf(Network network, IReadOnlyDictionary<string, string>? metadata, ImageMean? mean)
    {
        var entries = new Dictionary<string, object>();
        if (metadata is not null)
            entries.Add(MetadataKey, metadata);
        long offset = 0;
        foreach (var parameter in network.Parameters)
            Add(parameter.Name, parameter.Value.Shape);
        if (mean is not null)
            Add(MeanName, mean.Shape);

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entries);
        // Blanks behind the JSON bring the values to a multiple of 8 bytes, as the format asks.
        byte[] header = new byte[(json.Length + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        json.CopyTo(header, 0);
        return header;

        void Add(string name, Shape shape)
        {
            long end = offset + (shape.Length * sizeof(float));
            entries.Add(name, new { dtype = "F32", shape = DimensionsOf(shape), data_offsets = new[] { offset, end } });
            offset = end;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"weights file '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static JsonDocument ReadHeader(string path, FileStream stream)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        long headerLength = stream.ReadAtLeast(length, LengthBytes, throwOnEndOfStream: false) == LengthBytes
            ? BinaryPrimitives.ReadInt64LittleEndian(length)
            : -1;
        if (headerLength < 2 || headerLength > Math.Min(MaxHeaderLength, stream.Length - LengthBytes))
            throw new WeightsException($"weights file '{path}' is no safetensors file, or is cut short: its {stream.Length} bytes do not begin with the length of a header that it holds.");
        byte[] json = new byte[headerLength];
        stream.ReadExactly(json);
        try
        {
            var header = JsonDocument.Parse(json);
            return header.RootElement.ValueKind == JsonValueKind.Object
                ? header
                : throw new WeightsException($"weights file '{path}' is no safetensors file: its header is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new WeightsException($"weights file '{path}' is no safetensors file: its header is not JSON.", error);
        }
    }

    private static long[] OffsetsOf(string path, JsonElement header, Network network, IReadOnlyList<string> auxiliaryLayers, long dataLength)
    {
        try
        {
            long[] offsets = [.. network.Parameters.Select(parameter => OffsetOf(path, header, parameter.Name, parameter.Value.Shape, dataLength))];
            RefuseOthers(path, header, network, auxiliaryLayers);
            return offsets;
        }
        catch (InvalidOperationException error)
        {
            throw NotUnicode(path, error);
        }
    }

    // Where a parameter's values begin, in bytes from the first value of the file.
    private static long OffsetOf(string path, JsonElement header, string name, Shape tensor, long dataLength)
    {
        if (!header.TryGetProperty(name, out var entry))
            throw new WeightsException($"weights file '{path}' has no tensor '{name}', which the network needs. Load a file of the same model.");
        if (entry.ValueKind != JsonValueKind.Object)
            throw new WeightsException($"weights file '{path}': tensor '{name}' is described by {entry}, not by an object. The file is damaged.");
        string type = entry.TryGetProperty("dtype", out var dtype) ? dtype.ToString() : "none";
        if (type != "F32")
            throw new WeightsException($"weights file '{path}': tensor '{name}' has type {type}; only F32 is read.");
        int[] expected = DimensionsOf(tensor);
        string given = entry.TryGetProperty("shape", out var shape) ? shape.ToString() : "none";
        if (!TryReadWholes(shape, out long[] dimensions) || !dimensions.SequenceEqual(expected.Select(size => (long)size)))
            throw new WeightsException($"weights file '{path}': tensor '{name}' has shape {given}, but the network's is [{string.Join(',', expected)}]. Load a file of the same model, made for the same images and classes.");
        long bytes = tensor.Length * sizeof(float);
        entry.TryGetProperty("data_offsets", out var range);
        if (!TryReadWholes(range, out long[] offsets) || offsets is not [>= 0 and var begin, >= 0 and var end] || end - begin != bytes)
            throw new WeightsException($"weights file '{path}': tensor '{name}' has no data_offsets of its {bytes} bytes. The file is damaged.");
        return end <= dataLength
            ? begin
            : throw new WeightsException($"weights file '{path}' is cut short: tensor '{name}' ends at byte {end} of the values, and there are {dataLength}.");
    }

    private static void RefuseOthers(string path, JsonElement header, Network network, IReadOnlyList<string> auxiliaryLayers)
    {
        var known = network.Parameters.Select(parameter => parameter.Name).Append(MetadataKey).Append(MeanName).ToHashSet();
        foreach (var entry in header.EnumerateObject())
        {
            if (!known.Contains(entry.Name) && !auxiliaryLayers.Contains(LayerOf(entry.Name)))
                throw new WeightsException($"weights file '{path}' has a tensor '{entry.Name}', which the network does not have. Load a file of the same model.");
        }
    }

    // A layer's name may hold dots, a parameter's own holds none.
    private static string LayerOf(string tensor) => tensor[..Math.Max(0, tensor.LastIndexOf('.'))];

    private static bool TryReadWholes(JsonElement array, out long[] values)
    {
        values = [];
        if (array.ValueKind != JsonValueKind.Array)
            return false;
        var read = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long value))
                return false;
            read.Add(value);
        }

        values = [.. read];
        return true;
    }

    private static int[] DimensionsOf(Shape shape) => [shape.N, shape.C, shape.H, shape.W];

    // Swaps the bytes in place where the machine is big-endian.
    private static ReadOnlySpan<byte> LittleEndian(float[] values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return MemoryMarshal.AsBytes(values.AsSpan());
    }
}
