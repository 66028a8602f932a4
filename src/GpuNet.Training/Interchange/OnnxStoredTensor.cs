using GpuNet.Training.Checkpoints;
using GpuNet.Training.Protobuf;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>A tensor of an ONNX file that was passed over: where it lies, and what is known of its values.</summary>
/// <param name="Place">Its message.</param>
/// <param name="DataType">ONNX's number of their type.</param>
/// <param name="Count">How many there are, if they are float or double.</param>
/// <param name="IsWhole">Whether the bytes are a whole number of values.</param>
/// <param name="IsExternal">Whether they lie in another file.</param>
internal readonly record struct OnnxStoredTensor(StoredTensor Place, long DataType, long Count, bool IsWhole, bool IsExternal)
{
    /// <summary>Whether the values have a type that is read.</summary>
    public bool IsReal => DataType is TensorProto.Float or TensorProto.Double;

    /// <summary>Passes over the tensor that begins where the reader stands.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="end">Where the tensor ends.</param>
    /// <param name="dimensions">Gets its sizes.</param>
    /// <param name="name">Its name, good until the reader reads the next one.</param>
    /// <returns>The tensor.</returns>
    public static OnnxStoredTensor Measure(ProtobufReader reader, long end, Dimensions dimensions, out ReadOnlySpan<char> name)
    {
        long start = reader.Position, dataType = 0, floats = 0, doubles = 0, raw = 0;
        bool isExternal = false;
        name = "";
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
        return new(new StoredTensor(start, end, isDouble), dataType, (raw / size) + (isDouble ? doubles : floats), raw % size == 0, isExternal);
    }

    /// <summary>Reads the values.</summary>
    /// <param name="reader">The file; it stands behind the tensor afterwards.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">Gets as many values as <see cref="Count"/>.</param>
    public static void Read(ProtobufReader reader, StoredTensor tensor, Span<float> values)
    {
        reader.SkipTo(tensor.Start);
        while (reader.TryRead(tensor.End, out int field, out var type))
        {
            if (field == TensorProto.RawData)
                values = reader.ReadValues(type, tensor.End, tensor.IsDouble ? WireType.Fixed64 : WireType.Fixed32, values);
            else if (field == TensorProto.FloatData && !tensor.IsDouble)
                values = reader.ReadValues(type, tensor.End, WireType.Fixed32, values);
            else if (field == TensorProto.DoubleData && tensor.IsDouble)
                values = reader.ReadValues(type, tensor.End, WireType.Fixed64, values);
            else
                reader.Skip(type, tensor.End);
        }

        if (values.Length > 0)
            throw reader.Damaged("the file has changed while it was read");
    }
}
