using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Training.Tests.Data.Fetching;

public sealed class DataFetcherTests
{
    private static readonly byte[] A = Published.Bytes(300_000, 1), B = Published.Bytes(500, 2);

    private TemporaryFolder _folder = null!;
    private LoopbackServer _server = null!;
    private HttpClient _client = null!;
    private DataFetcher _fetcher = null!;

    private string Target => _folder.At("target");

    private string Part => _folder.At("target.fetching/a.bin.part");

    [SetUp]
    public void Start()
    {
        _folder = new TemporaryFolder();
        _server = new LoopbackServer();
        _client = new HttpClient();
        _fetcher = Fetcher(attempts: 3);
    }

    [TearDown]
    public void Stop()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private DataFetcher Fetcher(int attempts, double stallSeconds = 20) => new(_client, new FetchRetries(attempts, TimeSpan.Zero, TimeSpan.FromSeconds(stallSeconds)));

    private void AssertInPlace()
    {
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "a.bin")), Is.EqualTo(A));
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "b.bin")), Is.EqualTo(B));
        Assert.That(Directory.GetFileSystemEntries(_folder.Root), Is.EqualTo(new[] { Target }), "nothing but the target is left");
    }

    private async Task<string> RefusalAsync(DownloadableSet set, DataFetcher? fetcher = null, string? target = null)
    {
        var error = await Assert.ThrowsAsync<DataException>(() => (fetcher ?? _fetcher).FetchAsync(set, target ?? Target));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
        return error.Message;
    }

    [Test]
    public async Task Files_are_downloaded_verified_and_put_in_place()
    {
        var reports = new Published.Reports();
        Assert.That(await _fetcher.FetchAsync(Published.Plain(_server, A, B), Target, reports), Is.True);
        AssertInPlace();
        Assert.That(reports.All, Has.Member(new FetchProgress(FetchStage.Downloading, "a.bin", A.Length, A.Length)));
        Assert.That(reports.All, Has.Member(new FetchProgress(FetchStage.Verifying, "b.bin", B.Length, B.Length)));
    }

    [Test]
    public async Task A_set_that_is_there_is_not_fetched_again()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        await _fetcher.FetchAsync(set, Target);
        _server.Ranges.Clear();
        Assert.That(await _fetcher.FetchAsync(set, Target + "/"), Is.False);
        Assert.That(_server.Ranges, Is.Empty);
    }

    [Test]
    public async Task An_empty_target_folder_is_filled()
    {
        Directory.CreateDirectory(Target);
        await _fetcher.FetchAsync(Published.Plain(_server, A, B), Target);
        AssertInPlace();
    }

    [Test]
    public async Task A_target_folder_with_other_files_is_left_alone()
    {
        Directory.CreateDirectory(Target);
        _folder.Write("target/a.bin", A);
        _folder.Write("target/b.bin", [.. B[..^1], (byte)~B[^1]]);
        Assert.That(await RefusalAsync(Published.Plain(_server, A, B)), Does.Contain("b.bin has SHA-256"));
        Assert.That(_server.Ranges, Is.Empty);
        Assert.That(Directory.GetFiles(Target), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_cut_connection_is_resumed_where_it_broke()
    {
        _server.Cuts.Enqueue(100_000);
        _server.Cuts.Enqueue(50_000);
        await _fetcher.FetchAsync(Published.Plain(_server, A, B), Target);
        AssertInPlace();
        Assert.That(_server.Ranges, Is.EqualTo(new[] { "", "bytes=100000-", "bytes=150000-", "" }));
    }

    [Test]
    public async Task A_later_fetch_goes_on_where_the_last_one_gave_up()
    {
        _server.Cuts.Enqueue(100_000);
        DownloadableSet set = Published.Plain(_server, A, B);
        Assert.That(await RefusalAsync(set, Fetcher(attempts: 1)), Does.Contain("100000 of 300000 bytes").And.Contain("kept"));
        Assert.That(Directory.Exists(Target), Is.False);
        await _fetcher.FetchAsync(set, Target);
        AssertInPlace();
        Assert.That(_server.Ranges, Is.EqualTo(new[] { "", "bytes=100000-", "" }));
    }

    [Test]
    public async Task A_server_that_ignores_ranges_sends_all_again()
    {
        _server.HonoursRange = false;
        _server.Cuts.Enqueue(100_000);
        await _fetcher.FetchAsync(Published.Plain(_server, A, B), Target);
        AssertInPlace();
    }

    [TestCase("\"two\"", 3)]
    [TestCase(null, 4)]
    public async Task A_file_that_changed_at_the_server_is_downloaded_from_its_start(string? laterTag, int requests)
    {
        // With an entity tag the server says so; without one the checksum does, at the price of one more download.
        if (laterTag is null)
            _server.ETag = null;
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Files["a.bin"] = Published.Bytes(A.Length, 9);
        _server.Cuts.Enqueue(100_000);
        await RefusalAsync(set, Fetcher(attempts: 1));
        _server.Files["a.bin"] = A;
        _server.ETag = laterTag;
        await _fetcher.FetchAsync(set, Target);
        AssertInPlace();
        Assert.That(_server.Ranges, Has.Count.EqualTo(requests));
    }

    [Test]
    public async Task A_corrupted_body_is_discarded()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Files["a.bin"] = [.. A[..^1], (byte)~A[^1]];
        Assert.That(await RefusalAsync(set), Does.Contain("a.bin").And.Contain("SHA-256").And.Contain(set.Downloads[0].Sha256));
        Assert.That(Directory.Exists(Target), Is.False);
        Assert.That(File.Exists(Part), Is.False);
    }

    [Test]
    public async Task The_md5_that_the_origin_states_is_checked_too()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        set = set with { Downloads = [set.Downloads[0] with { Md5 = new string('0', 32) }] };
        Assert.That(await RefusalAsync(set), Does.Contain("MD5"));
    }

    [Test]
    public async Task A_file_of_another_size_is_not_downloaded()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Files["a.bin"] = [.. A, 0];
        Assert.That(await RefusalAsync(set), Does.Contain("300001 bytes").And.Contain("300000"));
        Assert.That(File.Exists(Part), Is.False);
    }

    [Test]
    public async Task A_file_that_is_not_there_is_not_asked_for_again()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Files.Clear();
        Assert.That(await RefusalAsync(set), Does.Contain("404").And.Contain("a.bin"));
        Assert.That(_server.Ranges, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_server_in_trouble_is_asked_again()
    {
        _server.Failures.Enqueue(503);
        _server.Failures.Enqueue(429);
        await _fetcher.FetchAsync(Published.Plain(_server, A, B), Target);
        AssertInPlace();
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_is_named()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Dispose();
        Assert.That(await RefusalAsync(set), Does.Contain(_server.BaseAddress.Authority).And.Contain("0 of 300000 bytes"));
        _server = new LoopbackServer();
    }

    [Test]
    public async Task A_connection_that_falls_silent_is_taken_as_broken()
    {
        _server.Silent = true;
        _server.Cuts.Enqueue(100_000);
        await Fetcher(attempts: 2, stallSeconds: 0.5).FetchAsync(Published.Plain(_server, A, B), Target);
        AssertInPlace();
        Assert.That(_server.Ranges.ElementAt(1), Is.EqualTo("bytes=100000-"));
    }

    [Test]
    public async Task A_cancelled_fetch_keeps_what_has_come_and_puts_nothing_in_place()
    {
        DownloadableSet set = Published.Plain(_server, A, B);
        _server.Silent = true;
        _server.Cuts.Enqueue(100_000);
        using var cancellation = new CancellationTokenSource();
        var reports = new Published.Reports(progress =>
        {
            if (progress.Done == 100_000)
                cancellation.Cancel();
        });
        await Assert.CatchAsync<OperationCanceledException>(() => _fetcher.FetchAsync(set, Target, reports, cancellation.Token));
        Assert.That(Directory.Exists(Target), Is.False);
        Assert.That(new FileInfo(Part).Length, Is.EqualTo(100_000));
        await _fetcher.FetchAsync(set, Target);
        AssertInPlace();
    }

    [Test]
    public async Task A_target_that_cannot_be_written_is_named()
    {
        _folder.Write("file", [1]);
        DownloadableSet set = Published.Plain(_server, A, B);
        Assert.That(await RefusalAsync(set, target: _folder.At("file/target")), Does.Contain(_folder.At("file/target")).And.Contain("cannot be written"));
        Assert.That(await RefusalAsync(set, target: _folder.At("file")), Does.Contain("is a file"));
        Assert.That(_server.Ranges, Is.Empty);
    }
}
