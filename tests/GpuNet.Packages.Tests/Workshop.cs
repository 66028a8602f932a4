using System.IO.Compression;
using System.Xml.Linq;
using GpuNet.Testing;

namespace GpuNet.Packages.Tests;

/// <summary>
/// A folder outside the repository with the packages in <c>artifacts/packages</c>, and a NuGet cache of its own, so that no package of the same version from
/// an earlier day is taken for the one under test.
/// </summary>
internal sealed class Workshop : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gpunet-packages-");

    private Workshop() => Environment = new Dictionary<string, string> { ["NUGET_PACKAGES"] = At("nuget") };

    /// <summary>The version that is packed.</summary>
    public static string Version { get; } = XDocument.Load(Repository.At("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>What commands are run with here.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The folder of the packages.</summary>
    public string Feed => At("artifacts", "packages");

    /// <summary>Makes the folder and the packages.</summary>
    public static async Task<Workshop> OpenAsync()
    {
        var workshop = new Workshop();
        // Where a checkout is from nowhere, its packages cannot say where the sources are: then it is from here. A remote of its own goes first.
        Directory.CreateDirectory(workshop.At("config", "git"));
        await File.WriteAllTextAsync(workshop.At("config", "git", "config"), "[remote \"origin\"]\n\turl = https://github.com/example/gpunet.git\n");
        // Apart from the outputs of other builds, which may be under way.
        string outputs = Repository.At("artifacts", "packages-test");
        await Dotnet.RunAsync(Repository.Root, new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = workshop.At("config") }, "pack", "GpuNet.sln", "-c", "Release", "-o", workshop.Feed, $"-p:ArtifactsPath={outputs}");
        return workshop;
    }

    /// <summary>A path in the folder.</summary>
    public string At(params string[] parts) => Path.Combine([folder.FullName, .. parts]);

    /// <summary>A package's files, by path.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="extension"><c>nupkg</c> or <c>snupkg</c>.</param>
    public IReadOnlyDictionary<string, byte[]> Open(string id, string extension = "nupkg")
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.{extension}"));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }

    public void Dispose() => folder.Delete(recursive: true);
}
