using System.Net;
using System.Net.Http.Headers;

namespace GpuNet.Training.Data.Fetching;

/// <summary>
/// One file's way from the server to <c>NAME.part</c>. A broken transfer goes on where it ended (HTTP Range, with If-Range so that a file that has
/// changed at the server starts anew), in this run and in later ones. The caller gets a file whose checksums hold, or an error.
/// </summary>
internal sealed class ResumableDownload(HttpClient client, Uri address, PublishedFile file, string part, FetchRetries retries)
{
    private readonly string validatorPath = part + ".validator";
    private bool appended;

    /// <summary>Downloads what is missing and verifies the whole.</summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; what has come is kept.</param>
    /// <returns>When the part file is the published one.</returns>
    /// <exception cref="DataException">The server refuses, offers something else or keeps breaking off, or the checksums differ.</exception>
    public async Task RunAsync(IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            for (bool restarted = false; ; restarted = true)
            {
                appended = PartLength > 0;
                await CompleteAsync(progress, cancellation).ConfigureAwait(false);
                string? difference = await file.DifferenceAsync(part, progress, cancellation).ConfigureAwait(false);
                if (difference is null)
                    return;
                Discard();
                // Pieces of two downloads may not belong together; a file that came in one piece is simply wrong.
                if (!appended || restarted)
                    throw new DataException($"{address}: the download {difference}; it was discarded. Try again later, or from another network.");
            }
        }
        finally
        {
            if (PartLength == 0)
                Discard();
        }
    }

    private long PartLength => File.Exists(part) ? new FileInfo(part).Length : 0;

    private void Discard()
    {
        File.Delete(part);
        File.Delete(validatorPath);
    }

    private async Task CompleteAsync(IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        if (PartLength > file.Bytes)
            Discard();
        // The furthest so far: a server that starts anew each time gets no further by what it sends again.
        long furthest = PartLength;
        for (int failures = 0; PartLength < file.Bytes;)
        {
            try
            {
                await TransferAsync(PartLength, progress, cancellation).ConfigureAwait(false);
            }
            catch (BrokenTransferException e)
            {
                failures = PartLength > furthest ? 0 : failures + 1;
                furthest = Math.Max(furthest, PartLength);
                if (failures >= retries.Attempts)
                    throw new DataException($"{address}: broke off after {PartLength} of {file.Bytes} bytes, {failures} time(s) without getting further ({e.Message}) What has come is kept: fetch again to go on from there.", e);
                await Task.Delay(retries.Delay, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task TransferAsync(long offset, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(offset, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange is { } range && range.From == offset)
        {
            appended = true;
        }
        else if (response.StatusCode == HttpStatusCode.OK)
        {
            offset = 0;
            appended = false;
            SaveValidator(response);
        }
        else if (response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Discard();
            throw new BrokenTransferException("the server offers another range than the missing one.");
        }
        else if ((int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        {
            throw new BrokenTransferException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
        else
        {
            throw new DataException($"{address}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}. Check that the set is still published there; data/README.md names its origin.");
        }

        if (response.Content.Headers.ContentLength is { } length && offset + length != file.Bytes)
            throw new DataException($"{address}: the server offers {offset + length} bytes, but the published file has {file.Bytes}. Check that the set is still published there; data/README.md names its origin.");
        await ReceiveAsync(response, offset, progress, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(long offset, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            if (File.Exists(validatorPath) && RangeConditionHeaderValue.TryParse(await File.ReadAllTextAsync(validatorPath, cancellation).ConfigureAwait(false), out var condition))
                request.Headers.IfRange = condition;
        }

        using var stall = StallAfter(cancellation);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new BrokenTransferException($"{e.Message}.", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException($"the server did not answer for {retries.Stall.TotalSeconds:0.#} s.", e);
        }
    }

    private void SaveValidator(HttpResponseMessage response)
    {
        // A weak entity tag does not promise equal bytes, so it is no condition for a range (RFC 9110, 13.1.5).
        string? validator = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified?.ToString("R");
        if (validator is null)
            File.Delete(validatorPath);
        else
            File.WriteAllText(validatorPath, validator);
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long offset, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        await using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        target.SetLength(offset);
        target.Position = offset;
        byte[] buffer = new byte[1 << 17];
        long done = offset;
        progress?.Report(new FetchProgress(FetchStage.Downloading, file.Name, done, file.Bytes));
        for (int read; (read = await ReadAsync(response, buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            done += read;
            if (done > file.Bytes)
                throw new DataException($"{address}: the server sends more than the {file.Bytes} bytes of the published file. Check that the set is still published there; data/README.md names its origin.");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Report(new FetchProgress(FetchStage.Downloading, file.Name, done, file.Bytes));
        }

        if (done < file.Bytes)
            throw new BrokenTransferException("the server closed the connection.");
    }

    private async Task<int> ReadAsync(HttpResponseMessage response, byte[] buffer, CancellationToken cancellation)
    {
        using var stall = StallAfter(cancellation);
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            return await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new BrokenTransferException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException($"nothing came for {retries.Stall.TotalSeconds:0.#} s.", e);
        }
    }

    private CancellationTokenSource StallAfter(CancellationToken cancellation)
    {
        var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(retries.Stall);
        return stall;
    }

    /// <summary>The network's failures, told apart from the disk's.</summary>
    private sealed class BrokenTransferException(string message, Exception? cause = null) : Exception(message, cause);
}
