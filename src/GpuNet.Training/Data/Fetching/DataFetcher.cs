namespace GpuNet.Training.Data.Fetching;

/// <summary>
/// Downloads data sets. All work is done in a folder beside the target, TARGET.fetching, where a broken download waits to be resumed; the
/// target folder appears in one step, when every file in it is verified. A folder that is already there is never changed.
/// </summary>
public sealed class DataFetcher
{
    private readonly HttpClient client;
    private readonly FetchRetries retries;

    /// <summary>Makes a fetcher.</summary>
    /// <param name="client">Sends the requests; stays the caller's.</param>
    /// <param name="retries">When a download that breaks off is tried again; null takes <see cref="FetchRetries.Default"/>.</param>
    public DataFetcher(HttpClient client, FetchRetries? retries = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        this.client = client;
        this.retries = retries ?? FetchRetries.Default;
    }

    /// <summary>Fetches a set, unless the folder already holds it.</summary>
    /// <param name="set">What to fetch.</param>
    /// <param name="targetFolder">The folder to make, with the set's files directly in it.</param>
    /// <param name="progress">Told how far it is, some times a megabyte, from a thread of the pool.</param>
    /// <param name="cancellation">Ends the fetch with an <see cref="OperationCanceledException"/>; what has been downloaded is kept for a later fetch.</param>
    /// <returns>True when the set was fetched, false when it was there.</returns>
    /// <exception cref="DataException">The target cannot be written or holds something else, the download fails, a checksum differs, or the archive is unsafe.</exception>
    public async Task<bool> FetchAsync(DownloadableSet set, string targetFolder, IProgress<FetchProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(targetFolder)), staging = target + ".fetching";
        try
        {
            if (await IsThereAsync(set, target, progress, cancellation).ConfigureAwait(false))
                return false;
            Directory.CreateDirectory(staging);
            try
            {
                foreach (PublishedFile file in set.Downloads)
                    await new ResumableDownload(client, new Uri(set.BaseAddress, file.Name), file, Part(staging, file), retries).RunAsync(progress, cancellation).ConfigureAwait(false);
            }
            finally
            {
                // Nothing has come that a later fetch could use.
                if (!Directory.EnumerateFileSystemEntries(staging).Any())
                    Directory.Delete(staging);
            }

            await PlaceAsync(set, target, staging, progress, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{set.Name}: {target} cannot be written ({e.Message}) Choose a folder on a disk with room that you may write to.", e);
        }
    }

    private static string Part(string staging, PublishedFile file) => Path.Combine(staging, file.Name + ".part");

    private static async Task<bool> IsThereAsync(DownloadableSet set, string target, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        if (File.Exists(target))
            throw new DataException($"{set.Name}: {target} is a file, but the set needs a folder. Choose another folder.");
        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
            return false;
        foreach (PublishedFile file in set.Contents)
        {
            string path = Path.Combine(target, file.Name);
            string? problem = File.Exists(path) ? await file.DifferenceAsync(path, progress, cancellation).ConfigureAwait(false) : "is missing";
            if (problem is not null)
                throw new DataException($"{set.Name}: {target} is in use, but does not hold the published set: {file.Name} {problem}. Choose another folder, or remove this one.");
        }

        return true;
    }

    private static async Task PlaceAsync(DownloadableSet set, string target, string staging, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        string unpacked = Path.Combine(staging, "unpacked");
        DeleteFolder(unpacked);
        try
        {
            Directory.CreateDirectory(unpacked);
            foreach (PublishedFile file in set.Downloads)
            {
                if (file.IsArchive)
                    await ArchiveUnpacker.UnpackAsync(file.Name, Part(staging, file), set.Contents, unpacked, progress, cancellation).ConfigureAwait(false);
                else
                    File.Copy(Part(staging, file), Path.Combine(unpacked, file.Name));
            }

            // Only an empty folder can be deleted so: one that was filled meanwhile stops the fetch here.
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(unpacked, target);
        }
        catch (DataException)
        {
            // The archive is what its checksum says, and yet unusable: no later fetch can do anything with it.
            DeleteFolder(staging);
            throw;
        }
        finally
        {
            DeleteFolder(unpacked);
        }

        DeleteFolder(staging);
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
