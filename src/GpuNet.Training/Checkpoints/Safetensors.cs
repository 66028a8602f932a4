using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Files;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// A file in the safetensors format, open for reading. Its header is held as the bytes that it is, and walked over for what is asked: a tree of its values
/// would take many times their size, and whoever wrote the file decides how many there are.
/// </summary>
internal sealed class Safetensors
{
    /// <summary>The key of the text kept with the tensors.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The tensor of the mean image. Not the name of a parameter, which has a dot.</summary>
    public const string MeanName = "mean_image";

    /// <summary>What the names of tensors begin with that a checkpoint has besides the weights: what the optimizer keeps, and what the run came to. Who
    /// reads weights passes over them.</summary>
    public const string OptimizerPrefix = "optimizer.", RunPrefix = "run.";

    // A network of 10,000 parameters needs less than 2 MB.
    private const int MaxHeaderLength = 16 << 20;
    private const int MaxMetadataLength = 1 << 20;
    private const int MostTexts = 1000;
    private const int LongestName = 1024;
    private const int LongestShown = 60;

    private readonly string file;
    private readonly Stream stream;
    private readonly byte[] header;
    private readonly long dataStart;
    private readonly char[] name = new char[LongestName];

    /// <summary>Reads the header.</summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="stream">The file, at its start; it can be sought in.</param>
    /// <param name="kind">What messages call the file.</param>
    /// <exception cref="WeightsException">It is no safetensors file, or is cut short.</exception>
    public Safetensors(string path, Stream stream, string kind = "weights file")
    {
        file = $"{kind} '{path}'";
        this.stream = stream;
        Span<byte> length = stackalloc byte[sizeof(long)];
        long headerLength = stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length
            ? BinaryPrimitives.ReadInt64LittleEndian(length)
            : -1;
        if (headerLength < 2 || headerLength > Math.Min(MaxHeaderLength, stream.Length - length.Length))
            throw new WeightsException($"{file} is no safetensors file, or is cut short: its {stream.Length} bytes do not begin with the length of a header that it holds.");
        header = new byte[headerLength];
        stream.ReadExactly(header);
        dataStart = stream.Position;
        ThrowUnlessObject();
    }

    private long DataLength => stream.Length - dataStart;

    /// <summary>Finds parameters, all of which must be there.</summary>
    /// <param name="parameters">Name and shape of each.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not.</param>
    /// <returns>Where the values of each begin, in bytes from the first value of the file.</returns>
    /// <exception cref="WeightsException">One is missing, or has another shape or type, or there are other tensors.</exception>
    public long[] OffsetsOf(IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers)
    {
        var names = new ParameterNames(parameters, auxiliaryLayers);
        long[] offsets = new long[parameters.Count];
        offsets.AsSpan().Fill(-1);
        string? other = null;
        var reader = Begin();
        while (TryReadName(ref reader, out var found))
        {
            if (!names.TryFind(found, out int parameter))
            {
                other ??= IsBesideTheWeights(found) ? null : found.ToString();
                reader.Skip();
            }
            else if (parameter == ParameterNames.PassedOver)
            {
                reader.Skip();
            }
            else if (offsets[parameter] >= 0)
            {
                throw new WeightsException($"{file} has tensor '{parameters[parameter].Name}' twice. The file is damaged.");
            }
            else
            {
                offsets[parameter] = ReadOffset(ref reader, parameters[parameter].Name, parameters[parameter].Shape);
            }
        }

        int missing = Array.IndexOf(offsets, -1);
        if (missing >= 0)
            throw new WeightsException($"{file} has no tensor '{parameters[missing].Name}', which the network needs. Load a file of the same model.");
        return other is null
            ? offsets
            : throw new WeightsException($"{file} has a tensor '{other}', which the network does not have. Load a file of the same model.");
    }

    /// <summary>Reads the values of a tensor.</summary>
    /// <param name="offset">What <see cref="OffsetsOf"/> found.</param>
    /// <param name="values">Gets them.</param>
    public void Read(long offset, Span<float> values)
    {
        ReadBytes(offset, MemoryMarshal.AsBytes(values));
        LittleEndian.Swap(values);
    }

    /// <summary>Reads the mean image.</summary>
    /// <returns>The mean image; null if there is none.</returns>
    /// <exception cref="WeightsException">It is of no image's shape, or cut short.</exception>
    public ImageMean? ReadMean()
    {
        var reader = Begin();
        while (TryReadName(ref reader, out var found))
        {
            if (found is MeanName)
                return ReadMean(ref reader);
            reader.Skip();
        }

        return null;
    }

    /// <summary>Reads the text kept with the tensors.</summary>
    /// <returns>The text by key; empty if there is none.</returns>
    /// <exception cref="WeightsException">It is not Unicode, or longer than 1 MB, or of more than 1,000 keys.</exception>
    public Dictionary<string, string> ReadMetadata()
    {
        var texts = new Dictionary<string, string>();
        var reader = Begin();
        while (TryReadName(ref reader, out var found))
        {
            if (found is MetadataKey && reader.TokenType == JsonTokenType.StartObject)
                ReadTexts(ref reader, texts);
            else
                reader.Skip();
        }

        return texts;
    }

    /// <summary>Reads a tensor of float64 and two sizes, (rows, columns).</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="columns">Its columns.</param>
    /// <returns>The values, row by row; none if there is no such tensor.</returns>
    /// <exception cref="WeightsException">It has another type or shape, or is cut short.</exception>
    public double[] ReadTable(string tensor, int columns)
    {
        var reader = Begin();
        while (TryReadName(ref reader, out var found))
        {
            if (!found.SequenceEqual(tensor))
            {
                reader.Skip();
                continue;
            }

            var description = ReadDescription(ref reader, tensor, "F64");
            if (description.Sizes is not { Rank: 2 } sizes || sizes[1] != columns || sizes[0] < 0 || sizes[0] > DataLength / (columns * sizeof(double)))
                throw new WeightsException($"{file}: tensor '{tensor}' has shape {description.Shape}, but must have {columns} columns. The file is damaged.");
            // What must be there is checked before memory is taken.
            long offset = OffsetOf(description, tensor, sizes[0] * columns * sizeof(double));
            double[] values = new double[sizes[0] * columns];
            ReadBytes(offset, MemoryMarshal.AsBytes(values.AsSpan()));
            LittleEndian.Swap(values);
            return values;
        }

        return [];
    }

    /// <summary>Checks all bytes of the file against the checksum in its header: see <see cref="FileChecksum"/>.</summary>
    /// <exception cref="WeightsException">There is none, or it is of other bytes.</exception>
    public void ThrowUnlessIntact()
    {
        if (!FileChecksum.IsIn(header))
            throw new WeightsException($"{file} has no checksum where it should be. The file is damaged, or was not written by GpuNet.");
        stream.Position = dataStart;
        if (!FileChecksum.Fits(header, stream))
            throw new WeightsException($"{file} is damaged: its bytes do not have the checksum that was written with them.");
    }

    private void ThrowUnlessObject()
    {
        try
        {
            if (!JsonWords.AreKnown(header))
                throw new JsonException();
            var reader = new Utf8JsonReader(header);
            reader.Read();
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
            }

            if (!isObject)
                throw new WeightsException($"{file} is no safetensors file: its header is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new WeightsException($"{file} is no safetensors file: its header is not JSON.", error);
        }
    }

    private static bool IsBesideTheWeights(ReadOnlySpan<char> name) => name is MetadataKey or MeanName || name.StartsWith(OptimizerPrefix) || name.StartsWith(RunPrefix);

    private void ReadBytes(long offset, Span<byte> bytes)
    {
        stream.Position = dataStart + offset;
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException error)
        {
            throw new WeightsException($"{file} has become shorter while it was read.", error);
        }
    }

    private Utf8JsonReader Begin()
    {
        var reader = new Utf8JsonReader(header);
        reader.Read();
        return reader;
    }

    // Reads the name of the object's next entry, good until the next one is read, and the first token of its value.
    private bool TryReadName(ref Utf8JsonReader reader, out ReadOnlySpan<char> found)
    {
        found = "";
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return false;
        if (reader.ValueSpan.Length <= LongestName)
        {
            try
            {
                found = name.AsSpan(0, reader.CopyString(name));
            }
            catch (InvalidOperationException)
            {
                // Halves of surrogate pairs, or bytes that are not UTF-8: the name of nothing that is looked for.
            }
        }

        reader.Read();
        return true;
    }

    // Where the values of a tensor of float32 begin.
    private long ReadOffset(ref Utf8JsonReader reader, string tensor, Shape expected)
    {
        var description = ReadDescription(ref reader, tensor, "F32");
        if (description.Sizes?.Fit(expected) != true)
            throw new WeightsException($"{file}: tensor '{tensor}' has shape {description.Shape}, but the network's is [{expected.N},{expected.C},{expected.H},{expected.W}]. Load a file of the same model, made for the same images and classes.");
        return OffsetOf(description, tensor, expected.Length * sizeof(float));
    }

    private Description ReadDescription(ref Utf8JsonReader reader, string tensor, string expectedType)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new WeightsException($"{file}: tensor '{tensor}' is described by {TextOf(ref reader)}, not by an object. The file is damaged.");
        string type = "none", shape = "none";
        var sizes = new Dimensions();
        var offsets = new Dimensions();
        bool hasSizes = false, hasOffsets = false;
        while (TryReadName(ref reader, out var key))
        {
            if (key is "dtype")
                type = TextOf(ref reader);
            else if (key is "shape")
                hasSizes = TryReadWholes(ref reader, sizes, out shape);
            else if (key is "data_offsets")
                hasOffsets = TryReadWholes(ref reader, offsets, out _);
            else
                reader.Skip();
        }

        return type == expectedType
            ? new(shape, hasSizes ? sizes : null, hasOffsets ? offsets : null)
            : throw new WeightsException($"{file}: tensor '{tensor}' has type {type}; only {expectedType} is read.");
    }

    private long OffsetOf(Description description, string tensor, long bytes)
    {
        if (description.Offsets is not { Rank: 2 } offsets || offsets[0] < 0 || offsets[1] < 0 || offsets[1] - offsets[0] != bytes)
            throw new WeightsException($"{file}: tensor '{tensor}' has no data_offsets of its {bytes} bytes. The file is damaged.");
        return offsets[1] <= DataLength
            ? offsets[0]
            : throw new WeightsException($"{file} is cut short: tensor '{tensor}' ends at byte {offsets[1]} of the values, and there are {DataLength}.");
    }

    private ImageMean ReadMean(ref Utf8JsonReader reader)
    {
        var start = reader;
        var dimensions = new Dimensions();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (TryReadName(ref reader, out var key))
            {
                if (key is "shape")
                    TryReadWholes(ref reader, dimensions, out _);
                else
                    reader.Skip();
            }
        }

        if (dimensions.AsImage() is not { } shape)
            throw new WeightsException($"{file}: tensor '{MeanName}' has not the shape of one image, [1,channels,rows,columns]. The file is damaged.");
        // What must be there is checked before memory is taken.
        long offset = ReadOffset(ref start, MeanName, shape);
        float[] values = new float[shape.Length];
        Read(offset, values);
        return new(shape, values);
    }

    private void ReadTexts(ref Utf8JsonReader reader, Dictionary<string, string> texts)
    {
        int room = MaxMetadataLength, count = 0;
        reader.Read();
        while (reader.TokenType != JsonTokenType.EndObject)
        {
            room -= reader.ValueSpan.Length;
            var key = reader;
            reader.Read();
            room -= reader.ValueSpan.Length;
            if (room < 0 || ++count > MostTexts)
                throw new WeightsException($"{file}: its {MetadataKey} has more than {MostTexts} texts or {MaxMetadataLength} bytes. Leave out what is not about the weights.");
            try
            {
                if (reader.TokenType == JsonTokenType.String)
                    texts[key.GetString()!] = reader.GetString()!;
                else
                    reader.Skip();
            }
            catch (InvalidOperationException error)
            {
                throw NotUnicode(error);
            }

            reader.Read();
        }
    }

    private string TextOf(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        try
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestShown)
                return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw NotUnicode(error);
        }

        reader.Skip();
        return Shown(start, (int)reader.BytesConsumed);
    }

    // Whole numbers; the text is what stands there.
    private bool TryReadWholes(ref Utf8JsonReader reader, Dimensions into, out string text)
    {
        int start = (int)reader.TokenStartIndex;
        into.Clear();
        bool isGood = reader.TokenType == JsonTokenType.StartArray;
        if (isGood)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value))
                    into.Add(value);
                else
                    isGood = false;
                reader.Skip();
            }
        }
        else
        {
            reader.Skip();
        }

        text = Shown(start, (int)reader.BytesConsumed);
        return isGood;
    }

    private string Shown(int start, int end) =>
        end - start <= LongestShown ? Encoding.UTF8.GetString(header.AsSpan(start, end - start)) : $"{Encoding.UTF8.GetString(header.AsSpan(start, LongestShown))}…";

    // JSON may escape halves of surrogate pairs, or hold bytes that are not UTF-8; the reader lets both pass, and reading them as text throws.
    private WeightsException NotUnicode(InvalidOperationException error) =>
        new($"{file} is no safetensors file: its header has text that is not Unicode. The file is damaged.", error);

    // What the header says of a tensor: sizes and offsets are null if they are no lists of whole numbers.
    private sealed record Description(string Shape, Dimensions? Sizes, Dimensions? Offsets);
}
