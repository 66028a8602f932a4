using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>A change to a file, its structure known or not.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Where">The place, as a part of the whole, from 0 to 1.</param>
/// <param name="Size">How much of it.</param>
/// <param name="Value">What to put there.</param>
internal readonly record struct FuzzEdit(int Kind, double Where, int Size, ulong Value)
{
    // A file does not grow beyond this, in bytes.
    private const int Largest = 1 << 20;

    private static readonly ulong[] Extremes =
        [0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue, ulong.MaxValue - 7];

    private static readonly string[] Words =
        ["{", "}", "[", "]", "\"", ":", ",", "\\ud800", "\\u0000", "null", "-1", "1e999", "9223372036854775807", "[[[[[[[[", "{\"a\":", "\"__metadata__\":{", "\"a\":\"b\",", "\"mean_image\":{}", "F32", "é"];

    /// <summary>Any change.</summary>
    public static Gen<FuzzEdit> Any { get; } = Gen.Select(
        Gen.Int[0, 8],
        Gen.Double.Unit,
        Gen.OneOf(Gen.Int[1, 16], Gen.Int[1, 4096]),
        Gen.OneOf(Gen.Int[0, Extremes.Length - 1].Select(i => Extremes[i]), Gen.ULong),
        (kind, where, size, value) => new FuzzEdit(kind, where, size, value));

    /// <summary>Changes bytes, whatever they mean.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="other">Another file, to take a part from.</param>
    /// <returns>The changed bytes.</returns>
    public byte[] Apply(byte[] file, byte[] other)
    {
        int at = (int)(Where * file.Length), size = Math.Min(Size, file.Length - at);
        var (before, part, after) = (file[..at], file[at..(at + size)], file[(at + size)..]);
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(eight, Value);
        byte[] changed = Kind switch
        {
            0 => [.. before, (byte)Value, .. after],
            1 => [.. before, .. after],
            2 => before,
            3 => [.. before, .. eight[..Math.Min(size, 8)], .. file[(at + Math.Min(size, 8))..]],
            4 => [.. before, .. Varint(Value), .. part, .. after],
            5 => [.. before, .. Repeated(part, Size * (int)(Value % 64)), .. after],
            6 => [.. before, .. Encoding.UTF8.GetBytes(Words[Value % (ulong)Words.Length]), .. part, .. after],
            7 => [.. before, .. other[(int)(Where * other.Length)..], .. after],
            _ => [.. after, .. part, .. before],
        };
        return changed.Length <= Largest ? changed : changed[..Largest];
    }

    /// <summary>Puts another number in place of one of those in a text.</summary>
    public byte[] ApplyToNumber(byte[] text)
    {
        var numbers = Regex.Matches(Encoding.Latin1.GetString(text), "[0-9]+");
        if (numbers.Count == 0)
            return text;
        var number = numbers[(int)(Where * (numbers.Count - 1))];
        string other = Kind < 4 ? $"{Size}" : Kind < 8 ? $"{(long)Value}" : "1e9";
        return [.. text[..number.Index], .. Encoding.UTF8.GetBytes(other), .. text[(number.Index + number.Length)..]];
    }

    /// <summary>A number as protobuf has it.</summary>
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>A part, so many times, as far as there is room.</summary>
    public static byte[] Repeated(byte[] part, int times) =>
        [.. Enumerable.Repeat(part, Math.Min(times, Largest / Math.Max(1, part.Length))).SelectMany(bytes => bytes)];
}
