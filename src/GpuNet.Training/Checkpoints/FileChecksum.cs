using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// The checksum inside a safetensors file: SHA-256 of all its bytes, the 64 digits themselves taken as zeros, as the first text of the header. So no bit of the
/// file can change without being noticed.
/// </summary>
internal static class FileChecksum
{
    /// <summary>The text's key.</summary>
    public const string Key = "sha256";

    private const int Digits = 2 * SHA256.HashSizeInBytes;
    private const int LengthBytes = sizeof(long);

    private static ReadOnlySpan<byte> Front => "{\"__metadata__\":{\"sha256\":\""u8;

    /// <summary>Stands in the header until all bytes are known.</summary>
    public static string Zeros { get; } = new('0', Digits);

    /// <summary>Where the digits stand in a file, in bytes from its beginning.</summary>
    public static long Position => LengthBytes + Front.Length;

    /// <summary>The digits.</summary>
    /// <param name="hash">The hash.</param>
    /// <returns>ASCII.</returns>
    public static byte[] DigitsOf(byte[] hash) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash));

    /// <summary>Whether a header has a checksum.</summary>
    public static bool IsIn(ReadOnlySpan<byte> header) => header.Length > Front.Length + Digits && header.StartsWith(Front) && header[Front.Length + Digits] == '"';

    /// <summary>Whether a file has the bytes that its checksum was made of.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="data">All that follows.</param>
    public static bool Fits(byte[] header, Stream data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        sha.AppendData(length);
        sha.AppendData(header, 0, Front.Length);
        sha.AppendData(Encoding.ASCII.GetBytes(Zeros));
        int rest = Front.Length + Digits;
        sha.AppendData(header, rest, header.Length - rest);
        byte[] part = new byte[1 << 16];
        for (int read; (read = data.Read(part)) > 0;)
            sha.AppendData(part, 0, read);
        return header.AsSpan(Front.Length, Digits).SequenceEqual(DigitsOf(sha.GetHashAndReset()));
    }
}
