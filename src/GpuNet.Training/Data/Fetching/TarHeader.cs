using System.Formats.Tar;
using System.Text;

namespace GpuNet.Training.Data.Fetching;

/// <summary>
/// The header of a tar entry (POSIX.1-1988, ustar): a block of 512 bytes. <see cref="TarReader"/> takes as much memory for extended headers as they say, up to 2 GB, whatever the file
/// holds; here they are passed over, since the published files have short names.
/// </summary>
/// <param name="Name">The path, with the prefix before it.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Bytes of content, which follow in whole blocks.</param>
/// <param name="LinkName">Where a link leads to.</param>
internal readonly record struct TarHeader(string Name, TarEntryType Type, long Size, string LinkName)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 512;

    private const int SumOffset = 148;
    private const int FieldSize = 8;

    /// <summary>Whether the content is about another entry, and holds nothing of its own.</summary>
    public bool IsExtension => Type is TarEntryType.ExtendedAttributes or TarEntryType.GlobalExtendedAttributes or TarEntryType.LongPath or TarEntryType.LongLink;

    /// <summary>Bytes that the content takes in the archive.</summary>
    public long PaddedSize => (Size + BlockSize - 1) / BlockSize * BlockSize;

    /// <summary>Reads a header.</summary>
    /// <param name="block">A block.</param>
    /// <returns>The header; null for a block of zeros, which ends the archive.</returns>
    /// <exception cref="InvalidDataException">It is no header.</exception>
    public static TarHeader? Parse(ReadOnlySpan<byte> block)
    {
        if (!block.ContainsAnyExcept((byte)0))
            return null;
        long sum = FieldSize * ' ';
        foreach (byte value in block[..SumOffset])
            sum += value;
        foreach (byte value in block[(SumOffset + FieldSize)..])
            sum += value;
        if (Octal(block.Slice(SumOffset, FieldSize)) != sum)
            throw new InvalidDataException("the sum of a tar header is wrong");
        // The prefix is a ustar header's; in GNU's own form other things stand there.
        string prefix = block.Slice(257, 6).SequenceEqual("ustar\0"u8) ? Text(block.Slice(345, 155)) : "";
        string name = Text(block[..100]);
        var type = block[156] == 0 ? TarEntryType.V7RegularFile : (TarEntryType)block[156];
        return new(prefix.Length == 0 ? name : $"{prefix}/{name}", type, Octal(block.Slice(124, 12)), Text(block.Slice(157, 100)));
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    // Digits between blanks and zeros; GNU's binary form is for more than 8 GB.
    private static long Octal(ReadOnlySpan<byte> field)
    {
        long number = 0;
        foreach (byte digit in field.Trim(" \0"u8))
            number = digit is >= (byte)'0' and <= (byte)'7' ? (8 * number) + (digit - '0') : throw new InvalidDataException("a number in a tar header is not octal");
        return number;
    }
}
