using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuNet.Training.Tests.Data.Fetching;

/// <summary>A real HTTP/1.1 server on loopback, one connection a request, that can be told to misbehave.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public LoopbackServer()
    {
        listener.Start();
        BaseAddress = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/data/");
        serving = ServeAsync();
    }

    public Uri BaseAddress { get; }

    /// <summary>Served bodies by file name; others are 404.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>The Range header of each request, "" where it had none.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    /// <summary>The next responses end after so many bytes of the body; then responses are whole again.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>The status of the next responses; then they are 200 or 206 again.</summary>
    public ConcurrentQueue<int> Failures { get; } = new();

    /// <summary>How many of the next requests are read and never answered.</summary>
    public int Unanswered { get; set; }

    public string? ETag { get; set; } = "\"one\"";

    public bool HonoursRange { get; set; } = true;

    /// <summary>A cut response is not closed, but falls silent.</summary>
    public bool Silent { get; set; }

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        serving.Wait();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync(stop.Token);
                await using var stream = new NetworkStream(socket);
                await AnswerAsync(stream);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException && stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
        string name = (await reader.ReadLineAsync(stop.Token))!.Split(' ')[1].Split('/')[^1];
        while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        Ranges.Enqueue(headers.GetValueOrDefault("Range", ""));

        if (Unanswered > 0)
        {
            Unanswered--;
            await WaitForCloseAsync(stream);
            return;
        }

        bool found = Files.TryGetValue(name, out byte[]? body);
        body ??= [];
        int status = Failures.TryDequeue(out int failure) ? failure : found ? 200 : 404;
        int from = 0;
        if (status == 200 && HonoursRange && headers.TryGetValue("Range", out string? range) && (!headers.TryGetValue("If-Range", out string? condition) || condition == ETag))
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            status = 206;
        }

        var head = new StringBuilder($"HTTP/1.1 {status} Status\r\nConnection: close\r\nContent-Length: {body.Length - from}\r\n");
        if (status == 206)
            head.Append(CultureInfo.InvariantCulture, $"Content-Range: bytes {from}-{body.Length - 1}/{body.Length}\r\n");
        if (ETag is not null)
            head.Append(CultureInfo.InvariantCulture, $"ETag: {ETag}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "\r\n"), stop.Token);
        bool cut = Cuts.TryDequeue(out int length);
        try
        {
            await stream.WriteAsync(body.AsMemory(from, cut ? length : body.Length - from), stop.Token);
        }
        catch (IOException)
        {
            // The client went away, as it may.
        }

        if (cut && Silent)
            await WaitForCloseAsync(stream);
    }

    private async Task WaitForCloseAsync(NetworkStream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, stop.Token);
        }
        catch (IOException)
        {
            // A reset closes too.
        }
    }
}
