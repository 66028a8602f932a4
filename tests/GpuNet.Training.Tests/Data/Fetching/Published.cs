using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Training.Tests.Data.Fetching;

/// <summary>Small sets to publish on a <see cref="LoopbackServer"/>.</summary>
internal static class Published
{
    public static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static PublishedFile File(string name, byte[] contents) =>
        new(name, contents.Length, Convert.ToHexStringLower(SHA256.HashData(contents)), Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, contents)));

    /// <summary>A set of two files, published as they are.</summary>
    public static DownloadableSet Plain(LoopbackServer server, byte[] a, byte[] b)
    {
        server.Files["a.bin"] = a;
        server.Files["b.bin"] = b;
        PublishedFile[] files = [File("a.bin", a), File("b.bin", b)];
        return new DownloadableSet("set", server.BaseAddress, files, files);
    }

    /// <summary>A set of the one file a.bin, published in an archive.</summary>
    public static DownloadableSet Archived(LoopbackServer server, byte[] a, params TarEntry[] entries)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (TarEntry entry in entries)
                tar.WriteEntry(entry);
        }

        return Archived(server, a, packed.ToArray());
    }

    public static DownloadableSet Archived(LoopbackServer server, byte[] a, byte[] archive)
    {
        server.Files["set.tar.gz"] = archive;
        return new DownloadableSet("set", server.BaseAddress, [File("set.tar.gz", archive)], [File("a.bin", a)]);
    }

    public static TarEntry Entry(string name, byte[] contents) => new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(contents) };

    /// <summary>Every report, in order and at once.</summary>
    public sealed class Reports(Action<FetchProgress>? also = null) : IProgress<FetchProgress>
    {
        public List<FetchProgress> All { get; } = [];

        public void Report(FetchProgress value)
        {
            All.Add(value);
            also?.Invoke(value);
        }
    }
}
