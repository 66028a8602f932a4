namespace GpuNet.Training.Tests.Data;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("gpunet-test-").FullName;

    public string At(string name) => Path.Combine(Root, name);

    public string Write(string name, byte[] contents)
    {
        File.WriteAllBytes(At(name), contents);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
