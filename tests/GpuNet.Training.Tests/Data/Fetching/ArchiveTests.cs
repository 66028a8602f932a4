using System.Formats.Tar;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Training.Tests.Data.Fetching;

public sealed class ArchiveTests
{
    private static readonly byte[] A = Published.Bytes(3_000, 1);

    private TemporaryFolder folder = null!;
    private LoopbackServer server = null!;
    private HttpClient client = null!;

    private string Target => folder.At("target");

    [SetUp]
    public void Start()
    {
        folder = new TemporaryFolder();
        server = new LoopbackServer();
        client = new HttpClient();
    }

    [TearDown]
    public void Stop()
    {
        client.Dispose();
        server.Dispose();
        folder.Dispose();
    }

    private Task<bool> FetchAsync(DownloadableSet set) => new DataFetcher(client, new FetchRetries(3, TimeSpan.Zero, TimeSpan.FromSeconds(20))).FetchAsync(set, Target).WaitAsync(TimeSpan.FromMinutes(2));

    private async Task AssertRefusedAsync(DownloadableSet set, params string[] parts)
    {
        var error = await Assert.ThrowsAsync<DataException>(() => FetchAsync(set));
        foreach (string part in parts.Append("set.tar.gz"))
            Assert.That(error!.Message, Does.Contain(part));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.Empty, "nothing is left behind");
    }

    [Test]
    public async Task The_expected_files_are_taken_out_of_the_archives_folder_and_others_left()
    {
        DownloadableSet set = Published.Archived(server, A,
            new UstarTarEntry(TarEntryType.Directory, "top/"), Published.Entry("top/readme.html", [1, 2, 3]), Published.Entry("./top/a.bin", A));
        Assert.That(await FetchAsync(set), Is.True);
        Assert.That(Directory.GetFiles(Target), Is.EqualTo(new[] { Path.Combine(Target, "a.bin") }));
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "a.bin")), Is.EqualTo(A));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.EqualTo(new[] { Target }));
        Assert.That(await FetchAsync(set), Is.False, "an unpacked set is recognised");
    }

    [Test]
    public async Task Extended_headers_are_read()
    {
        await FetchAsync(Published.Archived(server, A,
            new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = "x" }), new PaxTarEntry(TarEntryType.RegularFile, "top/a.bin") { DataStream = new MemoryStream(A) }));
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "a.bin")), Is.EqualTo(A));
    }

    [TestCase("../a.bin")]
    [TestCase("top/../../a.bin")]
    [TestCase("/a.bin")]
    [TestCase("..\\a.bin")]
    public Task A_path_that_leaves_the_folder_is_refused(string path) =>
        AssertRefusedAsync(Published.Archived(server, A, Published.Entry(path, A)), $"'{path}'", "leave the folder");

    [TestCase(TarEntryType.SymbolicLink)]
    [TestCase(TarEntryType.HardLink)]
    public Task A_link_is_refused(TarEntryType type) =>
        AssertRefusedAsync(Published.Archived(server, A, new UstarTarEntry(type, "top/a.bin") { LinkName = "/etc/passwd" }), "'top/a.bin'", "is a link, to '/etc/passwd'");

    [Test]
    public Task A_device_is_refused() =>
        AssertRefusedAsync(Published.Archived(server, A, new UstarTarEntry(TarEntryType.Fifo, "top/a.bin")), "Fifo");

    [Test]
    public Task An_archive_that_unpacks_to_too_much_is_refused() =>
        AssertRefusedAsync(Published.Archived(server, A, Published.Entry("top/zeros", new byte[5_000_000]), Published.Entry("top/a.bin", A)), "more than 1051576 bytes");

    [TestCase(-1)]
    [TestCase(1)]
    public Task An_entry_of_the_wrong_size_is_refused(int difference) =>
        AssertRefusedAsync(Published.Archived(server, A, Published.Entry("top/a.bin", new byte[A.Length + difference])), $"{A.Length + difference} bytes", $"{A.Length}");

    [Test]
    public Task An_entry_that_appears_twice_is_refused() =>
        AssertRefusedAsync(Published.Archived(server, A, Published.Entry("top/a.bin", A), Published.Entry("other/a.bin", A)), "twice");

    [Test]
    public Task A_file_that_is_missing_from_the_archive_is_named() =>
        AssertRefusedAsync(Published.Archived(server, A, Published.Entry("top/b.bin", A)), "lacks a.bin");

    [Test]
    public Task What_is_no_archive_is_refused() =>
        AssertRefusedAsync(Published.Archived(server, A, "no archive at all"u8.ToArray()), "not a whole tar archive");

    [Test]
    public async Task An_archive_that_ends_early_is_refused()
    {
        Published.Archived(server, A, Published.Entry("top/a.bin", A));
        await AssertRefusedAsync(Published.Archived(server, A, server.Files["set.tar.gz"][..1500]));
    }
}
