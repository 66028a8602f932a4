using System.Text.RegularExpressions;

namespace GpuNet.Training.Files;

/// <summary>Writes files so that a reader sees the old file or the whole new one, never a part of it, whenever the process or the machine stops.</summary>
internal static partial class AtomicFile
{
    /// <summary>Writes to a temporary name in the same folder, flushes to the disk, and moves over the target; then the folder is flushed.</summary>
    /// <param name="path">The target; an existing file is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="previous">Where the existing file goes, rather than away, once the new one is whole; null to replace it.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind, and an existing one is where it was, or at <paramref name="previous"/>
    /// if the disk failed between the two moves.</exception>
    public static void Write(string path, Action<Stream> write, string? previous = null)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (previous is not null && File.Exists(path))
                MoveAside(path, previous, temporary);
            else
                File.Move(temporary, path, overwrite: true);
            FolderFlush.Run(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"file '{path}' cannot be written: {error.Message} Choose another place.", error);
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>Writes bytes as <see cref="Write(string, Action{Stream}, string)"/> does.</summary>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <summary>Removes what processes that were killed have left in a folder. Nobody may write in it meanwhile.</summary>
    /// <param name="folder">The folder.</param>
    public static void RemoveLeftOvers(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.tmp").Where(file => LeftOver().IsMatch(file)))
            Remove(file);
    }

    [GeneratedRegex(@"\.\d+\.tmp$")]
    private static partial Regex LeftOver();

    private static void MoveAside(string path, string previous, string temporary)
    {
        File.Move(path, previous, overwrite: true);
        try
        {
            File.Move(temporary, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            try
            {
                File.Move(previous, path);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{error.Message} What it was to replace is now '{previous}'.", error);
            }

            throw;
        }
    }

    // After a move the name is free, and on a disk that cannot be written any more the file stays: what went wrong is told already.
    private static void Remove(string temporary)
    {
        try
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
