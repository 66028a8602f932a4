using System.Buffers.Binary;
using Google.Protobuf;

namespace GpuNet.Training.Tests.Reports;

/// <summary>Reads TensorBoard's event files, and shares nothing with the code that writes them.</summary>
internal static class EventFile
{
    /// <summary>The event file of a folder that has only one.</summary>
    public static string In(string folder) => Directory.GetFiles(folder, "events.out.tfevents.*").Single();

    /// <summary>Reads all events of a file that may still be open; a checksum that is wrong, or a record that is cut short, fails the test.</summary>
    public static IReadOnlyList<Event> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var events = new List<Event>();
        while (file.Position < file.Length)
        {
            byte[] header = Exactly(file, 8);
            Assert.That(Word(file), Is.EqualTo(Masked(header)), $"the checksum of the length of record {events.Count}");
            byte[] data = Exactly(file, (int)BinaryPrimitives.ReadUInt64LittleEndian(header));
            Assert.That(Word(file), Is.EqualTo(Masked(data)), $"the checksum of record {events.Count}");
            events.Add(EventOf(data));
        }

        return events;
    }

    /// <summary>An event, of the fields of TensorBoard's event.proto and summary.proto.</summary>
    public sealed record Event(DateTimeOffset Time, long Step, string? FileVersion, bool IsSessionStart, IReadOnlyList<(string Tag, float Value)> Scalars);

    private static Event EventOf(byte[] data)
    {
        double time = 0;
        long step = 0;
        string? version = null;
        bool starts = false;
        var scalars = new List<(string, float)>();
        Fields(data, (field, input) =>
        {
            switch (field)
            {
                case 1:
                    time = input.ReadDouble();
                    break;
                case 2:
                    step = input.ReadInt64();
                    break;
                case 3:
                    version = input.ReadString();
                    break;
                case 5:
                    Fields(input.ReadBytes().ToByteArray(), (_, summary) => scalars.Add(ScalarOf(summary.ReadBytes().ToByteArray())));
                    break;
                case 7:
                    Fields(input.ReadBytes().ToByteArray(), (_, session) => starts = session.ReadEnum() == 1);
                    break;
                default:
                    Assert.Fail($"field {field} of an event");
                    break;
            }
        });
        return new(DateTimeOffset.UnixEpoch.AddSeconds(time), step, version, starts, scalars);
    }

    private static (string Tag, float Value) ScalarOf(byte[] data)
    {
        string tag = "";
        float value = 0;
        Fields(data, (field, input) =>
        {
            if (field == 1)
                tag = input.ReadString();
            else if (field == 2)
                value = input.ReadFloat();
            else
                Assert.Fail($"field {field} of a value");
        });
        return (tag, value);
    }

    private static void Fields(byte[] message, Action<int, CodedInputStream> read)
    {
        using var input = new CodedInputStream(message);
        for (uint tag; (tag = input.ReadTag()) != 0;)
            read(WireFormat.GetTagFieldNumber(tag), input);
    }

    private static byte[] Exactly(Stream file, int count)
    {
        byte[] bytes = new byte[count];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static uint Word(Stream file) => BinaryPrimitives.ReadUInt32LittleEndian(Exactly(file, 4));

    // CRC-32C bit by bit, and TensorFlow's mask.
    private static uint Masked(byte[] bytes)
    {
        uint crc = ~0u;
        foreach (byte next in bytes)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }
}
