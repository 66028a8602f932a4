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

    // A network of 10,000 parameters needs less than 2 MB.
    private const int MaxHeaderLength = 16 << 20;
    private const int MaxMetadataLength = 1 << 20;
    private const int MostTexts = 1000;
    private const int LongestName = 1024;
    private const int LongestShown = 60;

    private readonly string path;
    private readonly Stream stream;
    private readonly byte[] header;
    private readonly long dataStart;
    private readonly char[] name = new char[LongestName];

    /// <summary>Reads the header.</summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="stream">The file, at its start; it can be sought in.</param>
    /// <exception cref="WeightsException">It is no safetensors file, or is cut short.</exception>
    public Safetensors(string path, Stream stream)
    {
        this.path = path;
        this.stream = stream;
        Span<byte> length = stackalloc byte[sizeof(long)];
        long headerLength = stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length
            ? BinaryPrimitives.ReadInt64LittleEndian(length)
            : -1;
        if (headerLength < 2 || headerLength > Math.Min(MaxHeaderLength, stream.Length - length.Length))
            throw new WeightsException($"weights file '{path}' is no safetensors file, or is cut short: its {stream.Length} bytes do not begin with the length of a header that it holds.");
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
                other ??= found is MetadataKey or MeanName ? null : found.ToString();
                reader.Skip();
            }
            else if (parameter == ParameterNames.PassedOver)
            {
                reader.Skip();
            }
            else if (offsets[parameter] >= 0)
            {
                throw new WeightsException($"weights file '{path}' has tensor '{parameters[parameter].Name}' twice. The file is damaged.");
            }
            else
            {
                offsets[parameter] = ReadOffset(ref reader, parameters[parameter].Name, parameters[parameter].Shape);
            }
        }

        int missing = Array.IndexOf(offsets, -1);
        if (missing >= 0)
            throw new WeightsException($"weights file '{path}' has no tensor '{parameters[missing].Name}', which the network needs. Load a file of the same model.");
        return other is null
            ? offsets
            : throw new WeightsException($"weights file '{path}' has a tensor '{other}', which the network does not have. Load a file of the same model.");
    }

    /// <summary>Reads the values of a tensor.</summary>
    /// <param name="offset">What <see cref="OffsetsOf"/> found.</param>
    /// <param name="values">Gets them.</param>
    public void Read(long offset, Span<float> values)
    {
        stream.Position = dataStart + offset;
        try
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values));
        }
        catch (EndOfStreamException error)
        {
            throw new WeightsException($"weights file '{path}' has become shorter while it was read.", error);
        }

        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
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
                throw new WeightsException($"weights file '{path}' is no safetensors file: its header is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new WeightsException($"weights file '{path}' is no safetensors file: its header is not JSON.", error);
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

    // Reads the description of a tensor: where its values begin.
    private long ReadOffset(ref Utf8JsonReader reader, string tensor, Shape expected)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new WeightsException($"weights file '{path}': tensor '{tensor}' is described by {TextOf(ref reader)}, not by an object. The file is damaged.");
        string type = "none", shape = "none";
        var dimensions = new Dimensions();
        var offsets = new Dimensions();
        bool hasShape = false, hasOffsets = false;
        while (TryReadName(ref reader, out var key))
        {
            if (key is "dtype")
                type = TextOf(ref reader);
            else if (key is "shape")
                hasShape = TryReadWholes(ref reader, dimensions, out shape);
            else if (key is "data_offsets")
                hasOffsets = TryReadWholes(ref reader, offsets, out _);
            else
                reader.Skip();
        }

        if (type != "F32")
            throw new WeightsException($"weights file '{path}': tensor '{tensor}' has type {type}; only F32 is read.");
        if (!hasShape || !dimensions.Fit(expected))
            throw new WeightsException($"weights file '{path}': tensor '{tensor}' has shape {shape}, but the network's is [{expected.N},{expected.C},{expected.H},{expected.W}]. Load a file of the same model, made for the same images and classes.");
        long bytes = expected.Length * sizeof(float);
        if (!hasOffsets || offsets.Rank != 2 || offsets[0] < 0 || offsets[1] < 0 || offsets[1] - offsets[0] != bytes)
            throw new WeightsException($"weights file '{path}': tensor '{tensor}' has no data_offsets of its {bytes} bytes. The file is damaged.");
        return offsets[1] <= DataLength
            ? offsets[0]
            : throw new WeightsException($"weights file '{path}' is cut short: tensor '{tensor}' ends at byte {offsets[1]} of the values, and there are {DataLength}.");
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
            throw new WeightsException($"weights file '{path}': tensor '{MeanName}' has not the shape of one image, [1,channels,rows,columns]. The file is damaged.");
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
                throw new WeightsException($"weights file '{path}': its {MetadataKey} has more than {MostTexts} texts or {MaxMetadataLength} bytes. Leave out what is not about the weights.");
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
        new($"weights file '{path}' is no safetensors file: its header has text that is not Unicode. The file is damaged.", error);
}
