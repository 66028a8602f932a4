using GpuNet.Training.Checkpoints;
using GpuNet.Training.Protobuf;

namespace GpuNet.Training.Interchange;

/// <summary>Caffe's <c>BlobProto</c>: a tensor. Older files have four sizes in fields of their own, newer ones a list.</summary>
internal static class CaffeBlob
{
    private const int Num = 1, Width = 4, Data = 5, ShapeField = 7, DoubleData = 8;
    private const int Dim = 1;

    /// <summary>Reads the sizes of the blob that begins where the reader stands, and counts its values.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="end">Where the blob ends.</param>
    /// <param name="dimensions">Gets the sizes.</param>
    /// <returns>The number of values.</returns>
    public static long Measure(ProtobufReader reader, long end, Dimensions dimensions)
    {
        long count = 0;
        bool hasShape = false;
        dimensions.Clear();
        while (reader.TryRead(end, out int field, out var type))
        {
            switch (field)
            {
                case >= Num and <= Width when !hasShape:
                    dimensions.SetOfFour(field - Num, reader.ReadWhole(type, end));
                    break;
                case ShapeField:
                    if (!hasShape)
                        dimensions.Clear();
                    hasShape = true;
                    ReadShape(reader, reader.ReadEnd(type, end), dimensions);
                    break;
                case Data or DoubleData:
                    count += reader.SkipValues(type, end, ElementOf(field));
                    break;
                default:
                    reader.Skip(type, end);
                    break;
            }
        }

        return count;
    }

    /// <summary>Reads the values of a blob.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="values">Gets as many values as <see cref="Measure"/> counted.</param>
    /// <exception cref="WeightsException">There are fewer or more by now.</exception>
    public static void Read(ProtobufReader reader, StoredTensor blob, Span<float> values)
    {
        reader.SkipTo(blob.Start);
        while (reader.TryRead(blob.End, out int field, out var type))
        {
            if (field is Data or DoubleData)
                values = reader.ReadValues(type, blob.End, ElementOf(field), values);
            else
                reader.Skip(type, blob.End);
        }

        if (values.Length > 0)
            throw reader.Damaged("the file has changed while it was read");
    }

    private static void ReadShape(ProtobufReader reader, long end, Dimensions dimensions)
    {
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field == Dim)
                reader.ReadWholes(type, end, dimensions);
            else
                reader.Skip(type, end);
        }
    }

    private static WireType ElementOf(int field) => field == DoubleData ? WireType.Fixed64 : WireType.Fixed32;
}
