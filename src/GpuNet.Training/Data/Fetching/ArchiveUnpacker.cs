using System.Formats.Tar;
using System.IO.Compression;

namespace GpuNet.Training.Data.Fetching;

/// <summary>
/// Takes the published files, and nothing else, out of a tar archive in gzip. An entry is written under its expected name only, never under a
/// path of the archive's choice; links, devices and names that leave the folder condemn the archive, as do wrong sizes.
/// </summary>
internal static class ArchiveUnpacker
{
    // Headers, padding and small files that nobody asked for, such as a readme.
    private const long Overhead = 1 << 20;

    /// <summary>Unpacks.</summary>
    /// <param name="name">What errors call the archive.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="contents">The files to take.</param>
    /// <param name="folder">An empty folder to write them to.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>When all files are written.</returns>
    /// <exception cref="DataException">The archive is broken, unsafe, too large or lacks a file.</exception>
    public static async Task UnpackAsync(string name, string path, IReadOnlyList<PublishedFile> contents, string folder, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        long total = contents.Sum(file => file.Bytes), done = 0;
        var missing = contents.ToDictionary(file => file.Name);
        await using FileStream packed = File.OpenRead(path);
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await using var limited = new LimitedStream(unpacked, total + Overhead, name);
        byte[] buffer = new byte[1 << 17];
        try
        {
            while (await HeaderAsync(limited, buffer, cancellation).ConfigureAwait(false) is { } entry)
            {
                ThrowIfUnsafe(name, entry);
                string entryName = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (entry.IsExtension || entry.Type is TarEntryType.Directory || contents.All(expected => expected.Name != entryName))
                {
                    await CopyAsync(limited, Stream.Null, entry.PaddedSize, buffer, null, cancellation).ConfigureAwait(false);
                    continue;
                }

                if (!missing.Remove(entryName, out PublishedFile? file))
                    throw new DataException($"{name}: entry {entryName} appears twice; the published archive has it once. Fetch it from its origin.");
                if (entry.Size != file.Bytes)
                    throw new DataException($"{name}: entry {entryName} has {entry.Size} bytes, but the published file has {file.Bytes}. Fetch it from its origin.");
                await using (var target = new FileStream(Path.Combine(folder, file.Name), FileMode.CreateNew, FileAccess.Write))
                {
                    await CopyAsync(limited, target, entry.Size, buffer, Report, cancellation).ConfigureAwait(false);
                }

                await CopyAsync(limited, Stream.Null, entry.PaddedSize - entry.Size, buffer, null, cancellation).ConfigureAwait(false);

                void Report(int bytes) => progress?.Report(new FetchProgress(FetchStage.Unpacking, file.Name, done += bytes, total));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{name}: not a whole tar archive in gzip: it cannot be unpacked. Fetch it from its origin.", e);
        }

        if (missing.Count > 0)
            throw new DataException($"{name}: lacks {string.Join(", ", missing.Keys)}, which the published archive has. Fetch it from its origin.");
    }

    // The next header; null at the archive's end, which is a block of zeros or the file's.
    private static async Task<TarHeader?> HeaderAsync(Stream archive, byte[] buffer, CancellationToken cancellation)
    {
        int read = await archive.ReadAtLeastAsync(buffer.AsMemory(0, TarHeader.BlockSize), TarHeader.BlockSize, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return read switch
        {
            0 => null,
            TarHeader.BlockSize => TarHeader.Parse(buffer.AsSpan(0, TarHeader.BlockSize)),
            _ => throw new EndOfStreamException(),
        };
    }

    private static async Task CopyAsync(Stream archive, Stream target, long bytes, byte[] buffer, Action<int>? report, CancellationToken cancellation)
    {
        while (bytes > 0)
        {
            int read = await archive.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancellation).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException();
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            bytes -= read;
            report?.Invoke(read);
        }
    }

    private static void ThrowIfUnsafe(string archive, TarHeader entry)
    {
        if (entry.IsExtension)
            return;
        string? problem = entry.Type switch
        {
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory => null,
            TarEntryType.SymbolicLink or TarEntryType.HardLink => $"is a link, to '{entry.LinkName}'",
            _ => $"is neither a file nor a folder, but of type {entry.Type}",
        };
        if (problem is null && (entry.Name.StartsWith('/') || entry.Name.Contains('\\') || entry.Name.Contains(':') || entry.Name.Split('/').Contains("..")))
            problem = "has a path that may leave the folder";
        if (problem is not null)
            throw new DataException($"{archive}: entry '{entry.Name}' {problem}; only plain files and folders under the archive's own folder are unpacked. Nothing of it was kept; fetch it from its origin.");
    }
}
