using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace GpuNet.Training.Files;

/// <summary>Values in the order of bytes that files have. On nearly every machine that is its own, and nothing is done.</summary>
internal static class LittleEndian
{
    /// <summary>Turns values of the machine's order into the files', or back, in place.</summary>
    public static void Swap(Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
            return;
        var bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    /// <summary>Turns values of the machine's order into the files', or back, in place.</summary>
    public static void Swap(Span<double> values)
    {
        if (BitConverter.IsLittleEndian)
            return;
        var bits = MemoryMarshal.Cast<double, long>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    /// <summary>The bytes to write; the values are not good for anything else afterwards.</summary>
    public static ReadOnlySpan<byte> BytesOf(Span<float> values)
    {
        Swap(values);
        return MemoryMarshal.AsBytes(values);
    }

    /// <summary>The bytes to write; the values are not good for anything else afterwards.</summary>
    public static ReadOnlySpan<byte> BytesOf(Span<double> values)
    {
        Swap(values);
        return MemoryMarshal.AsBytes(values);
    }
}
