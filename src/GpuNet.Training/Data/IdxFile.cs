using System.Buffers.Binary;
using System.IO.Compression;

namespace GpuNet.Training.Data;

/// <summary>
/// One IDX file of unsigned bytes, plain or gzip: magic 0x00 0x00 0x08 rank, one big-endian 32-bit size a dimension, then the bytes, row-major
/// (format: Y. LeCun, "The MNIST database"). Sizes are checked against the file before anything is allocated.
/// </summary>
/// <param name="Sizes">The dimensions' sizes, images first.</param>
/// <param name="Values">The bytes.</param>
internal sealed record IdxFile(int[] Sizes, byte[] Values)
{
    // Deflate codes at most 258 bytes in 2 bits; no gzip file can hold more than this many times its own length.
    private const long MaxDeflateRatio = 1032;

    // Bytes taken at once for what is packed.
    private const int FirstPart = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; a name ending in .gz is taken as gzip.</param>
    /// <param name="rank">The dimensions it must have: 3 for images, 1 for labels.</param>
    /// <returns>The contents.</returns>
    /// <exception cref="DataException">The file cannot be read or is not what its header says.</exception>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream, path, rank);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}) Check the path and its permissions.", e);
        }
    }

    /// <summary>Reads a stream of known length.</summary>
    /// <param name="stream">The contents of the file.</param>
    /// <param name="file">What messages call it; a name ending in .gz is taken as gzip.</param>
    /// <param name="rank">The dimensions it must have.</param>
    /// <returns>The contents.</returns>
    /// <exception cref="DataException">The contents are not what the header says.</exception>
    public static IdxFile Read(Stream stream, string file, int rank)
    {
        bool gzip = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        try
        {
            using Stream contents = gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
            return Read(contents, file, rank, stream.Length, gzip);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{file}: damaged, or not a gzip file at all: its data cannot be unpacked, or their checksum is wrong. Fetch it again.", e);
        }
    }

    private static IdxFile Read(Stream contents, string file, int rank, long fileLength, bool gzip)
    {
        Span<byte> header = stackalloc byte[4 + 4 * rank];
        int got = contents.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new DataException($"{file}: truncated: {got} bytes, but the header of an IDX file of {rank} dimension(s) has {header.Length}. Fetch it again.");
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header), expected = 0x0800u | (uint)rank;
        if (magic != expected)
            throw new DataException($"{file}: magic number 0x{magic:X8}, but IDX {(rank == 1 ? "labels" : "images")} start with 0x{expected:X8} (unsigned bytes, {rank} dimension(s)). Check that images and labels are not interchanged{(gzip ? "" : " and that the file is not still compressed")}.");

        var sizes = new int[rank];
        Int128 length = 1;
        for (int d = 0; d < rank; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + 4 * d)..]);
            if (size is 0 or > int.MaxValue)
                throw new DataException($"{file}: dimension {d} has size {size}, but sizes run from 1 to {int.MaxValue}. Fetch the file again.");
            sizes[d] = (int)size;
            length *= size;
        }

        Int128 whole = length + header.Length;
        string declared = $"{string.Join("×", sizes)} values and the header, {whole} bytes";
        if (gzip ? whole > (Int128)fileLength * MaxDeflateRatio : whole != fileLength)
            throw new DataException($"{file}: the header declares {declared}, but the file has {fileLength}{(gzip ? " compressed" : "")} bytes{(gzip ? $", and gzip holds at most {MaxDeflateRatio} times its length" : "")}. Fetch it again.");
        if (length > Array.MaxLength)
            throw new DataException($"{file}: the header declares {declared}, but at most {Array.MaxLength} values fit into memory at once. Split the set.");

        // What gzip holds is known only once it is unpacked: memory grows with what has come.
        var values = new byte[gzip ? Math.Min((int)length, FirstPart) : (int)length];
        int read = contents.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        while (read == values.Length && read < (int)length)
        {
            Array.Resize(ref values, (int)Math.Min((long)length, 2L * values.Length));
            read += contents.ReadAtLeast(values.AsSpan(read), values.Length - read, throwOnEndOfStream: false);
        }

        if (read < (int)length)
            throw new DataException($"{file}: truncated: the header declares {declared}, but the data end after {header.Length + read}. Fetch it again.");
        // Reading on to the end also makes the decoder check gzip's sum.
        if (contents.ReadByte() >= 0)
            throw new DataException($"{file}: the header declares {declared}, but more data follow. Fetch it again.");
        return new IdxFile(sizes, values);
    }
}
