namespace GpuNet.Training.Files;

/// <summary>Reads files that are small if they are what they should be.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <returns>Its bytes; null if it has more.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[]? Read(string path, int most)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (!stream.CanSeek)
            throw new IOException("it is no ordinary file.");
        // One more than it has, to see that it has no more.
        var bytes = new byte[Math.Min(stream.Length, most) + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length < bytes.Length ? bytes[..length] : null;
    }
}
