using System.Text;

namespace GpuNet.Training.Reports;

/// <summary>
/// A file that grows by whole records. Each is handed to the operating system at once, so that the log of a run that stops for whatever reason is complete.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream stream;

    private LogFile(string path, FileMode mode, long kept = 0)
    {
        try
        {
            // Without a buffer, a record is with the operating system when Write returns.
            stream = new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
            if (kept == 0)
                return;
            stream.SetLength(kept);
            stream.Seek(kept, SeekOrigin.Begin);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"log '{path}' cannot be written: {error.Message} Choose another output folder.", error);
        }
    }

    /// <summary>Begins a file under a name that is not taken yet.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static LogFile New(string path) => new(path, FileMode.CreateNew);

    /// <summary>Begins a file of lines, or goes on with one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Its first line, with its end; empty for none.</param>
    /// <param name="isKept">Whether a line of a file that is there is of before the run goes on; the first that is not, and all after it, are dropped. Null to begin anew.</param>
    /// <exception cref="OutputException">It cannot be read or written, or it is there with another header.</exception>
    public static LogFile OfLines(string path, string header, Func<string, bool>? isKept)
    {
        long kept = isKept is not null && File.Exists(path) ? LengthKept(path, header, isKept) : 0;
        if (kept > 0)
            return new(path, FileMode.Open, kept);
        var file = new LogFile(path, FileMode.Create);
        file.Append(Encoding.UTF8.GetBytes(header));
        return file;
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        try
        {
            stream.Write(record);
        }
        catch (IOException error)
        {
            throw Failure(error);
        }
    }

    /// <summary>Waits until all records are on the disk.</summary>
    /// <exception cref="OutputException">The disk failed.</exception>
    public void Flush()
    {
        try
        {
            stream.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw Failure(error);
        }
    }

    public void Dispose() => stream.Dispose();

    private OutputException Failure(IOException error) => new($"log '{stream.Name}' cannot be written any further: {error.Message} The run was stopped.", error);

    private static long LengthKept(string path, string header, Func<string, bool> isKept)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var line = new StringBuilder();
            long kept = 0;
            for (int next; (next = file.ReadByte()) >= 0;)
            {
                line.Append((char)next);
                if (next != '\n')
                    continue;
                string text = line.ToString();
                if (kept == 0 && header.Length > 0 && text != header)
                    throw new OutputException($"log '{path}' begins with '{text.TrimEnd()}', not with '{header.TrimEnd()}', so it cannot be continued. Move it away to begin a new one.");
                if ((kept > 0 || header.Length == 0) && !isKept(text))
                    break;
                kept = file.Position;
                line.Clear();
            }

            return kept;
        }
        catch (Exception error) when (error is not OutputException and (IOException or UnauthorizedAccessException))
        {
            throw new OutputException($"log '{path}' cannot be read to be continued: {error.Message} Move it away to begin a new one.", error);
        }
    }
}
