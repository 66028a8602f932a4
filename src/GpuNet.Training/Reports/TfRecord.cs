using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace GpuNet.Training.Reports;

/// <summary>
/// The framing of TensorFlow's record files, of which TensorBoard's event files are made: the length (64 bits), its checksum (32), the data, their checksum (32), all little-endian.
/// A checksum is a CRC-32C, rotated and shifted, so that it differs from one over data that hold a checksum.
/// </summary>
internal static class TfRecord
{
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>Writes a record.</summary>
    public static void Write(IBufferWriter<byte> into, ReadOnlySpan<byte> data)
    {
        var header = into.GetSpan(sizeof(ulong) + sizeof(uint));
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], Checksum(header[..sizeof(ulong)]));
        into.Advance(sizeof(ulong) + sizeof(uint));
        into.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(into.GetSpan(sizeof(uint)), Checksum(data));
        into.Advance(sizeof(uint));
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte next in bytes)
            crc = BitOperations.Crc32C(crc, next);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
