using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Training.Tests.Data.Fetching;

public sealed class DataFetcherTests
{
    // A fetch that hangs fails, however busy the machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly byte[] A = Published.Bytes(300_000, 1), B = Published.Bytes(500, 2);

    private TemporaryFolder folder = null!;
    private LoopbackServer server = null!;
    private HttpClient client = null!;

    private string Target => folder.At("target");

    private string Part => folder.At("target.fetching/a.bin.part");

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

    private string Staging => folder.At("target.fetching");

    private Task<bool> FetchAsync(
        DownloadableSet set, string? target = null, int attempts = 3, double stallSeconds = 20, IProgress<FetchProgress>? progress = null, CancellationToken cancellation = default)
    {
        var fetcher = new DataFetcher(client, new FetchRetries(attempts, TimeSpan.Zero, TimeSpan.FromSeconds(stallSeconds)));
        return fetcher.FetchAsync(set, target ?? Target, progress, cancellation).WaitAsync(Patience, CancellationToken.None);
    }

    private void AssertInPlace()
    {
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "a.bin")), Is.EqualTo(A));
        Assert.That(File.ReadAllBytes(Path.Combine(Target, "b.bin")), Is.EqualTo(B));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.EqualTo(new[] { Target }), "nothing but the target is left");
    }

    private async Task<string> RefusalAsync(DownloadableSet set, string? target = null, int attempts = 3)
    {
        var error = await Assert.ThrowsAsync<DataException>(() => FetchAsync(set, target, attempts));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
        return error.Message;
    }

    [Test]
    public async Task Files_are_downloaded_verified_and_put_in_place()
    {
        var reports = new Published.Reports();
        Assert.That(await FetchAsync(Published.Plain(server, A, B), progress: reports), Is.True);
        AssertInPlace();
        Assert.That(reports.All, Has.Member(new FetchProgress(FetchStage.Downloading, "a.bin", A.Length, A.Length)));
        Assert.That(reports.All, Has.Member(new FetchProgress(FetchStage.Verifying, "b.bin", B.Length, B.Length)));
    }

    [Test]
    public async Task A_set_that_is_there_is_not_fetched_again()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        await FetchAsync(set);
        server.Ranges.Clear();
        Assert.That(await FetchAsync(set, Target + "/"), Is.False);
        Assert.That(server.Ranges, Is.Empty);
    }

    [Test]
    public async Task An_empty_target_folder_is_filled()
    {
        Directory.CreateDirectory(Target);
        await FetchAsync(Published.Plain(server, A, B));
        AssertInPlace();
    }

    [Test]
    public async Task A_target_folder_with_other_files_is_left_alone()
    {
        Directory.CreateDirectory(Target);
        folder.Write("target/a.bin", A);
        folder.Write("target/b.bin", [.. B[..^1], (byte)~B[^1]]);
        Assert.That(await RefusalAsync(Published.Plain(server, A, B)), Does.Contain("b.bin has SHA-256"));
        Assert.That(server.Ranges, Is.Empty);
        Assert.That(Directory.GetFiles(Target), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_cut_connection_is_resumed_where_it_broke()
    {
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(50_000);
        await FetchAsync(Published.Plain(server, A, B));
        AssertInPlace();
        Assert.That(server.Ranges, Is.EqualTo(new[] { "", "bytes=100000-", "bytes=150000-", "" }));
    }

    [Test]
    public async Task A_later_fetch_goes_on_where_the_last_one_gave_up()
    {
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(0);
        DownloadableSet set = Published.Plain(server, A, B);
        Assert.That(await RefusalAsync(set, attempts: 1), Does.Contain("100000 of 300000 bytes, 1 time(s) without getting further").And.Contain("kept"));
        Assert.That(Directory.Exists(Target), Is.False);
        await FetchAsync(set);
        AssertInPlace();
        Assert.That(server.Ranges, Is.EqualTo(new[] { "", "bytes=100000-", "bytes=100000-", "" }));
    }

    [Test]
    public async Task Attempts_that_get_further_do_not_count()
    {
        foreach (int length in (int[])[100_000, 50_000, 50_000])
            server.Cuts.Enqueue(length);
        await FetchAsync(Published.Plain(server, A, B), attempts: 1);
        AssertInPlace();
    }

    [Test]
    public async Task A_server_that_starts_anew_each_time_gets_no_further()
    {
        server.HonoursRange = false;
        foreach (int length in (int[])[100_000, 50_000, 60_000, 50_000, 60_000])
            server.Cuts.Enqueue(length);
        Assert.That(await RefusalAsync(Published.Plain(server, A, B)), Does.Contain("3 time(s) without getting further"));
        Assert.That(server.Ranges, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_server_that_ignores_ranges_sends_all_again()
    {
        server.HonoursRange = false;
        server.Cuts.Enqueue(100_000);
        await FetchAsync(Published.Plain(server, A, B));
        AssertInPlace();
    }

    [TestCase("\"two\"", 4)]
    [TestCase(null, 5)]
    public async Task A_file_that_changed_at_the_server_is_downloaded_from_its_start(string? laterTag, int requests)
    {
        // With an entity tag the server says so; without one the checksum does, at the price of one more download.
        if (laterTag is null)
            server.ETag = null;
        DownloadableSet set = Published.Plain(server, A, B);
        server.Files["a.bin"] = Published.Bytes(A.Length, 9);
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(0);
        await RefusalAsync(set, attempts: 1);
        server.Files["a.bin"] = A;
        server.ETag = laterTag;
        await FetchAsync(set);
        AssertInPlace();
        Assert.That(server.Ranges, Has.Count.EqualTo(requests));
    }

    [Test]
    public async Task A_corrupted_body_is_discarded()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Files["a.bin"] = [.. A[..^1], (byte)~A[^1]];
        Assert.That(await RefusalAsync(set), Does.Contain("a.bin").And.Contain("SHA-256").And.Contain(set.Downloads[0].Sha256));
        Assert.That(Directory.Exists(Target), Is.False);
        Assert.That(File.Exists(Part), Is.False);
    }

    [Test]
    public async Task The_md5_that_the_origin_states_is_checked_too()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        set = set with { Downloads = [set.Downloads[0] with { Md5 = new string('0', 32) }] };
        Assert.That(await RefusalAsync(set), Does.Contain("MD5"));
    }

    [Test]
    public async Task A_file_of_another_size_is_not_downloaded()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Files["a.bin"] = [.. A, 0];
        Assert.That(await RefusalAsync(set), Does.Contain("300001 bytes").And.Contain("300000"));
        Assert.That(File.Exists(Part), Is.False);
    }

    [Test]
    public async Task A_file_that_is_not_there_is_not_asked_for_again()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Files.Clear();
        Assert.That(await RefusalAsync(set), Does.Contain("404").And.Contain("a.bin"));
        Assert.That(server.Ranges, Has.Count.EqualTo(1));
        Assert.That(Staging, Does.Not.Exist, "nothing has come that could be kept");
    }

    [Test]
    public async Task A_server_in_trouble_is_asked_again()
    {
        server.Failures.Enqueue(503);
        server.Failures.Enqueue(429);
        await FetchAsync(Published.Plain(server, A, B));
        AssertInPlace();
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_is_named()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Dispose();
        Assert.That(await RefusalAsync(set), Does.Contain(server.BaseAddress.Authority).And.Contain("0 of 300000 bytes"));
        Assert.That(Staging, Does.Not.Exist, "nothing has come that could be kept");
        server = new LoopbackServer();
    }

    [Test]
    public async Task A_connection_that_falls_silent_is_taken_as_broken()
    {
        server.Silent = true;
        server.Cuts.Enqueue(100_000);
        await FetchAsync(Published.Plain(server, A, B), attempts: 5, stallSeconds: 3);
        AssertInPlace();
        // A busy machine may see other silences too; after this one, nothing that has come is asked for again.
        Assert.That(server.Ranges, Has.Some.EqualTo("bytes=100000-"));
    }

    [Test]
    public async Task A_server_that_never_answers_is_taken_as_broken()
    {
        server.Unanswered = 1;
        await FetchAsync(Published.Plain(server, A, B), attempts: 5, stallSeconds: 3);
        AssertInPlace();
    }

    [Test]
    public async Task A_fetch_cancelled_before_anything_has_come_leaves_nothing()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Silent = true;
        server.Cuts.Enqueue(0);
        using var cancellation = new CancellationTokenSource();
        var reports = new Published.Reports(_ => cancellation.Cancel());
        await Assert.CatchAsync<OperationCanceledException>(() => FetchAsync(set, progress: reports, cancellation: cancellation.Token));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_fetch_keeps_what_has_come_and_puts_nothing_in_place()
    {
        DownloadableSet set = Published.Plain(server, A, B);
        server.Silent = true;
        server.Cuts.Enqueue(100_000);
        using var cancellation = new CancellationTokenSource();
        var reports = new Published.Reports(progress =>
        {
            if (progress.Done == 100_000)
                cancellation.Cancel();
        });
        await Assert.CatchAsync<OperationCanceledException>(() => FetchAsync(set, progress: reports, cancellation: cancellation.Token));
        Assert.That(Directory.Exists(Target), Is.False);
        Assert.That(new FileInfo(Part).Length, Is.EqualTo(100_000));
        await FetchAsync(set);
        AssertInPlace();
    }

    [Test]
    public async Task A_target_that_cannot_be_written_is_named()
    {
        folder.Write("file", [1]);
        DownloadableSet set = Published.Plain(server, A, B);
        Assert.That(await RefusalAsync(set, target: folder.At("file/target")), Does.Contain(folder.At("file/target")).And.Contain("cannot be written"));
        Assert.That(await RefusalAsync(set, target: folder.At("file")), Does.Contain("is a file"));
        Assert.That(server.Ranges, Is.Empty);
    }
}
