using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace GpuNet.Training.Files;

/// <summary>
/// Flushes a folder to the disk: what was renamed in it is so after a power cut too. .NET opens no folder, so this asks the C library, on every
/// system but Windows, which has no such call and writes names with its journal.
/// </summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0, NotSupported = 22;

    /// <summary>Flushes.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The disk failed, or the folder is gone.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(Encoding.UTF8.GetBytes($"{folder}\0"), ReadOnly);
        if (descriptor < 0)
            throw Failure(folder, Marshal.GetLastPInvokeError());
        try
        {
            // EINVAL: a file system that knows no flush of folders.
            if (Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error and not NotSupported)
                throw Failure(folder, error);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder, int error) => new($"folder '{folder}' cannot be flushed to the disk: {new Win32Exception(error).Message}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
