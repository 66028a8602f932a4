using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>The weights of an ONNX file: its initializers, found by their names. The nodes are not looked at.</summary>
internal sealed class OnnxWeights : WeightsSource
{
    /// <summary>The initializer that holds what is subtracted from the pixels.</summary>
    public const string MeanName = "mean_image";

    private const int MostEntries = 1000;

    private readonly ProtobufReader reader;
    private readonly StoredParameters stored;
    private readonly ParameterNames names;
    private readonly string path;
    private readonly Dimensions dimensions = new();
    private readonly Dictionary<string, string> metadata = [];
    private int metadataRoom = 1 << 20;
    private ImageMean? mean;

    /// <summary>Finds the parameters of a network.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="parameters">Name and shape of each parameter of the network.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not.</param>
    /// <exception cref="WeightsException">The file is damaged, or a parameter is missing or has another shape or type, or there are others.</exception>
    public OnnxWeights(string path, Stream stream, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers) : base(stream)
    {
        this.path = path;
        reader = new ProtobufReader(path, stream);
        stored = new StoredParameters(path, parameters);
        names = new ParameterNames(parameters, auxiliaryLayers);
        while (reader.TryRead(stream.Length, out int field, out var type))
        {
            if (field == ModelProto.Graph)
                ReadGraph(reader.ReadEnd(type, stream.Length));
            else if (field == ModelProto.Metadata)
                ReadEntry(reader.ReadEnd(type, stream.Length));
            else
                reader.Skip(type, stream.Length);
        }

        stored.ThrowUnlessComplete();
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <inheritdoc/>
    public override ImageMean? Mean => mean;

    /// <inheritdoc/>
    public override void Read(int parameter, Span<float> values) => Read(stored[parameter], values);

    private void ReadGraph(long end)
    {
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field == GraphProto.Initializer)
                ReadTensor(reader.ReadEnd(type, end));
            else
                reader.Skip(type, end);
        }
    }

    private void ReadEntry(long end)
    {
        string key = "", value = "";
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field == EntryProto.Key)
                key = reader.ReadText(type, end, ref metadataRoom);
            else if (field == EntryProto.Value)
                value = reader.ReadText(type, end, ref metadataRoom);
            else
                reader.Skip(type, end);
        }

        metadata[key] = value;
        if (metadata.Count > MostEntries)
            throw reader.Damaged($"there are more than {MostEntries} texts");
    }

    private void ReadTensor(long end)
    {
        long start = reader.Position, dataType = 0, floats = 0, doubles = 0, raw = 0;
        bool isExternal = false;
        ReadOnlySpan<char> name = "";
        dimensions.Clear();
        while (reader.TryRead(end, out int field, out var type))
        {
            switch (field)
            {
                case TensorProto.Dims:
                    reader.ReadWholes(type, end, dimensions);
                    break;
                case TensorProto.DataType:
                    dataType = reader.ReadWhole(type, end);
                    break;
                case TensorProto.Name:
                    name = reader.ReadName(type, end);
                    break;
                case TensorProto.FloatData:
                    floats += reader.SkipValues(type, end, WireType.Fixed32);
                    break;
                case TensorProto.DoubleData:
                    doubles += reader.SkipValues(type, end, WireType.Fixed64);
                    break;
                case TensorProto.RawData:
                    long stop = reader.ReadEnd(type, end);
                    raw += stop - reader.Position;
                    reader.SkipTo(stop);
                    break;
                case TensorProto.DataLocation:
                    isExternal = reader.ReadWhole(type, end) == TensorProto.External;
                    break;
                default:
                    reader.Skip(type, end);
                    break;
            }
        }

        bool isDouble = dataType == TensorProto.Double;
        int size = isDouble ? sizeof(double) : sizeof(float);
        long count = (raw / size) + (isDouble ? doubles : floats);
        var tensor = new StoredTensor(start, end, isDouble);
        if (names.TryFind(name, out int parameter))
        {
            if (parameter == ParameterNames.PassedOver)
                return;
            if (isExternal)
                throw new WeightsException($"weights file '{path}': the values of {name} lie in another file. Save the model as one file.");
            if (dataType is not (TensorProto.Float or TensorProto.Double))
                throw new WeightsException($"weights file '{path}': {name} has ONNX data type {dataType}; only float (1) and double (11) are read. Save the model with such weights.");
            if (raw % size != 0)
                throw new WeightsException($"weights file '{path}': {name} has {raw} bytes, which are no whole number of values. The file is damaged.");
            stored.Add(parameter, tensor, dimensions, count);
        }
        else if (name is MeanName && dataType is TensorProto.Float && !isExternal)
        {
            ReadMean(tensor, count);
        }
        else if (dataType is TensorProto.Float or TensorProto.Double && count > 1)
        {
            // Single values and whole numbers are constants of the graph.
            stored.AddOther(name);
        }
    }

    private void ReadMean(StoredTensor tensor, long count)
    {
        if (dimensions.AsImage() is not { } shape || shape.Length != count)
            throw new WeightsException($"weights file '{path}': {MeanName} has {count} values of shape {dimensions}; it must be one image, [1,channels,rows,columns]. The file is damaged.");
        if (mean is not null)
            throw new WeightsException($"weights file '{path}' has {MeanName} twice. The file is damaged.");
        float[] values = new float[count];
        Read(tensor, values);
        mean = new(shape, values);
    }

    private void Read(StoredTensor tensor, Span<float> values)
    {
        reader.SkipTo(tensor.Start);
        while (reader.TryRead(tensor.End, out int field, out var type))
        {
            values = field switch
            {
                TensorProto.FloatData when !tensor.IsDouble => reader.ReadValues(type, tensor.End, WireType.Fixed32, values),
                TensorProto.DoubleData when tensor.IsDouble => reader.ReadValues(type, tensor.End, WireType.Fixed64, values),
                TensorProto.RawData => reader.ReadValues(type, tensor.End, tensor.IsDouble ? WireType.Fixed64 : WireType.Fixed32, values),
                _ => Skip(type, tensor.End, values),
            };
        }

        if (values.Length > 0)
            throw reader.Damaged("the file has changed while it was read");
        reader.SkipTo(tensor.End);
    }

    private Span<float> Skip(WireType type, long end, Span<float> values)
    {
        reader.Skip(type, end);
        return values;
    }
}
