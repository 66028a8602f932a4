using System.Security.Cryptography;

namespace GpuNet.Training.Data.Fetching;

/// <summary>A file as its origin publishes it.</summary>
/// <param name="Name">The file's name, without a folder.</param>
/// <param name="Bytes">Its exact length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="Md5">Its MD5, where that is what the origin states; checked as well.</param>
public sealed record PublishedFile(string Name, long Bytes, string Sha256, string? Md5 = null)
{
    /// <summary>Whether the file is a tar archive in gzip, to be unpacked after its download.</summary>
    public bool IsArchive => Name.EndsWith(".tar.gz", StringComparison.Ordinal);

    /// <summary>Compares a file on disk with what was published.</summary>
    /// <param name="path">The file on disk.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null if they are equal, or else what differs: the rule and both values.</returns>
    internal async Task<string?> DifferenceAsync(string path, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The origins state MD5. It adds nothing against an attacker, but ties the SHA-256 to the published figure.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using FileStream stream = File.OpenRead(path);
        if (stream.Length != Bytes)
            return $"has {stream.Length} bytes, but the published file has {Bytes}";
        byte[] buffer = new byte[1 << 17];
        long done = 0;
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            sha256.AppendData(buffer, 0, read);
            if (Md5 is not null)
                md5.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new FetchProgress(FetchStage.Verifying, Name, done, Bytes));
        }

        string hash = Convert.ToHexStringLower(sha256.GetHashAndReset());
        if (hash != Sha256)
            return $"has SHA-256 {hash}, but the published file has {Sha256}";
        hash = Convert.ToHexStringLower(md5.GetHashAndReset());
        return Md5 is null || hash == Md5 ? null : $"has MD5 {hash}, but the published file has {Md5}";
    }
}
