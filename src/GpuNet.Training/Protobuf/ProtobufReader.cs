using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Files;

namespace GpuNet.Training.Protobuf;

/// <summary>
/// Walks over a file in the protobuf wire format, field by field, and keeps nothing. Generated classes would hold every message of a file at once: an
/// empty message of two bytes becomes an object of eighty, and a repeated field grows by doubling. Here a caller takes the fields that it needs, and
/// whoever wrote the file cannot make it take more memory than they.
/// </summary>
/// <param name="path">The file's path, for messages.</param>
/// <param name="stream">The file; it can be sought in.</param>
internal sealed class ProtobufReader(string path, Stream stream)
{
    private const int LongestVarint = 10;
    private const int LongestName = 1024;
    private const int DoublesAtATime = 512;

    private readonly long length = stream.Length;
    private readonly byte[] nameBytes = new byte[LongestName];
    private readonly char[] name = new char[LongestName];

    /// <summary>Bytes from the start of the file.</summary>
    public long Position { get; private set; } = stream.Position;

    /// <summary>Goes to a place of the file: one that was read before, or the end of a field.</summary>
    public void SkipTo(long position) => Position = stream.Position = position;

    /// <summary>Reads the tag of the next field of a message that ends at <paramref name="end"/>; the field is then to be read or skipped.</summary>
    /// <returns>False at the end.</returns>
    public bool TryRead(long end, out int field, out WireType type)
    {
        (field, type) = (0, WireType.Varint);
        if (Position >= end)
            return false;
        ulong tag = ReadVarint(end);
        (field, type) = ((int)(tag >> 3), (WireType)(tag & 7));
        if (tag > uint.MaxValue || field == 0 || type is not (WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32))
            throw Damaged($"there is no field with the tag {tag}");
        return true;
    }

    /// <summary>Reads a whole number of up to 64 bits.</summary>
    public ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint; i++)
        {
            Need(1, end);
            int next = stream.ReadByte();
            if (next < 0)
                throw Damaged("the file has become shorter");
            Position++;
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }

        throw Damaged($"a number has more than {LongestVarint} bytes");
    }

    /// <summary>Reads a field that must be a whole number.</summary>
    public long ReadWhole(WireType type, long end)
    {
        Expect(type, WireType.Varint, "a whole number");
        return (long)ReadVarint(end);
    }

    /// <summary>Reads the values of a repeated field of sizes, or one of them: both forms are allowed everywhere.</summary>
    public void ReadWholes(WireType type, long end, Dimensions into)
    {
        if (type == WireType.Varint)
        {
            into.Add((long)ReadVarint(end));
            return;
        }

        long stop = ReadEnd(type, end);
        while (Position < stop)
            into.Add((long)ReadVarint(stop));
    }

    /// <summary>Reads the length of a field that has one.</summary>
    /// <returns>Where the field ends; within <paramref name="end"/>.</returns>
    public long ReadEnd(WireType type, long end)
    {
        Expect(type, WireType.Bytes, "text, bytes or a message");
        ulong size = ReadVarint(end);
        Need(size, end);
        return Position + (long)size;
    }

    /// <summary>Reads text from a place that was passed over, if it fits into the room left, in bytes.</summary>
    public string ReadText(long start, long end, ref int room)
    {
        SkipTo(start);
        long size = end - start;
        if (size > room)
            throw Damaged($"a text has {size} bytes, and {room} are left for all of them");
        room -= (int)size;
        byte[] text = new byte[size];
        ReadExactly(text);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Reads a name.</summary>
    /// <returns>Its first <see cref="LongestName"/> bytes, good until the next one is read.</returns>
    public ReadOnlySpan<char> ReadName(WireType type, long end)
    {
        long stop = ReadEnd(type, end);
        var part = nameBytes.AsSpan(0, (int)Math.Min(stop - Position, LongestName));
        ReadExactly(part);
        SkipTo(stop);
        return name.AsSpan(0, Encoding.UTF8.GetChars(part, name));
    }

    /// <summary>Passes over a field.</summary>
    public void Skip(WireType type, long end)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint(end);
                break;
            case WireType.Bytes:
                SkipTo(ReadEnd(type, end));
                break;
            default:
                int size = SizeOf(type);
                Need((ulong)size, end);
                SkipTo(Position + size);
                break;
        }
    }

    /// <summary>Passes over the values of a repeated field, or over one of them: both forms are allowed everywhere.</summary>
    /// <param name="type">The field's.</param>
    /// <param name="end">Where its message ends.</param>
    /// <param name="element">The values': 32 or 64 bits.</param>
    /// <returns>How many there were.</returns>
    public long SkipValues(WireType type, long end, WireType element)
    {
        if (type == element)
        {
            Skip(type, end);
            return 1;
        }

        long stop = ReadEnd(type, end), bytes = stop - Position;
        if (bytes % SizeOf(element) != 0)
            throw Damaged($"{bytes} bytes are no whole number of {SizeOf(element)}-byte values");
        SkipTo(stop);
        return bytes / SizeOf(element);
    }

    /// <summary>Reads what <see cref="SkipValues"/> passes over.</summary>
    /// <returns>The part of <paramref name="values"/> that is not filled yet.</returns>
    public Span<float> ReadValues(WireType type, long end, WireType element, Span<float> values)
    {
        int size = SizeOf(element);
        long stop = type == element ? Position + size : ReadEnd(type, end);
        Need((ulong)(stop - Position), end);
        long count = (stop - Position) / size;
        if (count > values.Length || stop - Position != count * size)
            throw Damaged("the file has changed while it was read");
        var part = values[..(int)count];
        if (element == WireType.Fixed32)
            ReadFloats(part);
        else
            ReadDoubles(part);
        return values[(int)count..];
    }

    /// <summary>An error that names the file and the place.</summary>
    public WeightsException Damaged(string what) => new($"weights file '{path}' is damaged or cut short: at byte {Position}, {what}.");

    private static int SizeOf(WireType type) => type == WireType.Fixed64 ? sizeof(double) : sizeof(float);

    private void ReadFloats(Span<float> values)
    {
        ReadExactly(MemoryMarshal.AsBytes(values));
        LittleEndian.Swap(values);
    }

    private void ReadDoubles(Span<float> values)
    {
        Span<byte> bytes = stackalloc byte[DoublesAtATime * sizeof(double)];
        for (int first = 0; first < values.Length; first += DoublesAtATime)
        {
            int count = Math.Min(DoublesAtATime, values.Length - first);
            ReadExactly(bytes[..(count * sizeof(double))]);
            for (int i = 0; i < count; i++)
                values[first + i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        }
    }

    private void ReadExactly(Span<byte> bytes)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException)
        {
            throw Damaged("the file has become shorter");
        }

        Position += bytes.Length;
    }

    private void Need(ulong bytes, long end)
    {
        long left = Math.Min(end, length) - Position;
        if (left < 0 || bytes > (ulong)left)
            throw Damaged($"{bytes} bytes are announced and {Math.Max(left, 0)} are left");
    }

    private void Expect(WireType given, WireType expected, string what)
    {
        if (given != expected)
            throw Damaged($"a field is not {what}");
    }
}
