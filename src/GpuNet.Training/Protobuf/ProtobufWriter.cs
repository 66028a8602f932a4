using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GpuNet.Training.Protobuf;

/// <summary>A message in the protobuf wire format, written field by field.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>Its length so far, in bytes.</summary>
    public int Length => bytes.WrittenCount;

    /// <summary>Writes a whole number.</summary>
    public void Whole(int field, long value)
    {
        Tag(field, WireType.Varint);
        Varint((ulong)value);
    }

    /// <summary>Writes several whole numbers, each as a field of its own, as ONNX has them.</summary>
    public void Wholes(int field, IEnumerable<long> values)
    {
        foreach (long value in values)
            Whole(field, value);
    }

    /// <summary>Writes a number of 32 bits.</summary>
    public void Float(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        Span<byte> four = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
    }

    /// <summary>Writes a number of 64 bits.</summary>
    public void Double(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        Span<byte> eight = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
        bytes.Write(eight);
    }

    /// <summary>Writes text.</summary>
    public void Text(int field, string value) => Text(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes text that is in UTF-8 already.</summary>
    public void Text(int field, ReadOnlySpan<byte> value)
    {
        Announce(field, value.Length);
        bytes.Write(value);
    }

    /// <summary>Writes a message.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var message = new ProtobufWriter();
        write(message);
        Message(field, message);
    }

    /// <summary>Writes a message that is there already.</summary>
    public void Message(int field, ProtobufWriter message)
    {
        Announce(field, message.Length);
        Raw(message.Written);
    }

    /// <summary>Writes the tag and the length of a field whose bytes come next, by another way.</summary>
    public void Announce(int field, long length)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)length);
    }

    /// <summary>Writes fields that are written already.</summary>
    public void Raw(ReadOnlySpan<byte> fields) => bytes.Write(fields);

    /// <summary>What there is so far.</summary>
    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    /// <summary>Begins another message, in the same memory.</summary>
    public void Clear() => bytes.ResetWrittenCount();

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Write([(byte)(value | 0x80)]);
        bytes.Write([(byte)value]);
    }
}
