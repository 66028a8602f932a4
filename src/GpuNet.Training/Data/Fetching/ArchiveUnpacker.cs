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
        await using var tar = new TarReader(limited);
        byte[] buffer = new byte[1 << 17];
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
            {
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                    continue;
                ThrowIfUnsafe(name, entry);
                string entryName = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (entry.EntryType is TarEntryType.Directory || contents.All(expected => expected.Name != entryName))
                    continue;
                if (!missing.Remove(entryName, out PublishedFile? file))
                    throw new DataException($"{name}: entry {entryName} appears twice; the published archive has it once. Fetch it from its origin.");
                if (entry.Length != file.Bytes || entry.DataStream is null)
                    throw new DataException($"{name}: entry {entryName} has {entry.Length} bytes, but the published file has {file.Bytes}. Fetch it from its origin.");
                await using var target = new FileStream(Path.Combine(folder, file.Name), FileMode.CreateNew, FileAccess.Write);
                for (int read; (read = await entry.DataStream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
                {
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                    done += read;
                    progress?.Report(new FetchProgress(FetchStage.Unpacking, file.Name, done, total));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new DataException($"{name}: not a whole tar archive in gzip: it cannot be unpacked. Fetch it from its origin.", e);
        }

        if (missing.Count > 0)
            throw new DataException($"{name}: lacks {string.Join(", ", missing.Keys)}, which the published archive has. Fetch it from its origin.");
    }

    private static void ThrowIfUnsafe(string archive, TarEntry entry)
    {
        string? problem = entry.EntryType switch
        {
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory => null,
            TarEntryType.SymbolicLink or TarEntryType.HardLink => $"is a link, to '{entry.LinkName}'",
            _ => $"is neither a file nor a folder, but of type {entry.EntryType}",
        };
        if (problem is null && (entry.Name.StartsWith('/') || entry.Name.Contains('\\') || entry.Name.Contains(':') || entry.Name.Split('/').Contains("..")))
            problem = "has a path that may leave the folder";
        if (problem is not null)
            throw new DataException($"{archive}: entry '{entry.Name}' {problem}; only plain files and folders under the archive's own folder are unpacked. Nothing of it was kept; fetch it from its origin.");
    }
}
