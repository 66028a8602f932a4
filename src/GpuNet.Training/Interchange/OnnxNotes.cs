using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Protobuf;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>What an ONNX file holds beside the weights: the text of its model, and the mean that the first node subtracts.</summary>
internal sealed class OnnxNotes
{
    /// <summary>The initializer that holds the mean.</summary>
    public const string MeanName = "mean_image";

    private const int MostTexts = 1000;

    private readonly ProtobufReader reader;
    private readonly string path;
    private readonly Dictionary<string, string> metadata = [];
    private readonly Dimensions dimensions = new();
    private int room = 1 << 20;
    private int texts;

    /// <summary>Reads them.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <exception cref="WeightsException">The file is damaged, or has more than 1 MB or 1,000 pieces of text.</exception>
    public OnnxNotes(string path, Stream stream)
    {
        this.path = path;
        reader = new ProtobufReader(path, stream);
        while (reader.TryRead(stream.Length, out int field, out var type))
        {
            if (field == ModelProto.Graph)
                ReadGraph(reader.ReadEnd(type, stream.Length));
            else if (field == ModelProto.Metadata)
                ReadEntry(reader.ReadEnd(type, stream.Length));
            else
                reader.Skip(type, stream.Length);
        }
    }

    /// <summary>The text, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>The mean: of each pixel, or of each channel, (1, C, 1, 1); null if there is none.</summary>
    public ImageMean? Mean { get; private set; }

    private void ReadGraph(long end)
    {
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field != GraphProto.Initializer)
            {
                reader.Skip(type, end);
                continue;
            }

            var tensor = OnnxStoredTensor.Measure(reader, reader.ReadEnd(type, end), dimensions, out var name);
            if (name is MeanName)
                ReadMean(tensor);
        }
    }

    private void ReadMean(OnnxStoredTensor tensor)
    {
        if (Mean is not null)
            throw new WeightsException($"weights file '{path}' has {MeanName} twice. The file is damaged.");
        if (dimensions.AsImage() is not { } shape || shape.Length != tensor.Count || !tensor.IsReal || !tensor.IsWhole)
            throw new WeightsException($"weights file '{path}': {MeanName} has {tensor.Count} values of shape {dimensions}; it must be one image of floats, [1,channels,rows,columns]. The file is damaged.");
        float[] values = new float[tensor.Count];
        OnnxStoredTensor.Read(reader, tensor.Place, values);
        Mean = new(shape, values);
    }

    private void ReadEntry(long end)
    {
        if (++texts > MostTexts)
            throw reader.Damaged($"there are more than {MostTexts} texts");
        // A field may be there many times, and the last one counts: only that is made text.
        var (key, value) = ((Start: 0L, End: 0L), (Start: 0L, End: 0L));
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field is not (EntryProto.Key or EntryProto.Value))
            {
                reader.Skip(type, end);
                continue;
            }

            long stop = reader.ReadEnd(type, end);
            if (field == EntryProto.Key)
                key = (reader.Position, stop);
            else
                value = (reader.Position, stop);
            reader.SkipTo(stop);
        }

        metadata[reader.ReadText(key.Start, key.End, ref room)] = reader.ReadText(value.Start, value.End, ref room);
        reader.SkipTo(end);
    }
}
