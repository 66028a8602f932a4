using System.Runtime.CompilerServices;

namespace GpuNet.Testing;

/// <summary>The checkout that the tests were built in: its pages, sources and golden files.</summary>
public static class Repository
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>A path in the repository.</summary>
    /// <param name="parts">From the root.</param>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
