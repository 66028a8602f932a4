using System.Net;
using System.Net.Sockets;
using System.Text;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Cli.Tests;

/// <summary>Fetching, from a server on loopback that does not have the published files.</summary>
public sealed class DataFetchTests
{
    private string target = null!;

    [SetUp]
    public void MakeFolder() => target = Path.Combine(Directory.CreateTempSubdirectory("gpunet-cli-").FullName, "set");

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(target)!, recursive: true);

    [Test]
    public async Task A_file_that_is_not_there_is_named_with_its_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mirror";
        var serving = Refuse(listener);
        var result = Gpunet.Run("data", "fetch", "cifar10", "--out", target, "--mirror", address);
        listener.Stop();
        string request = await serving;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data), result.Error);
            Assert.That(request, Does.StartWith("GET /mirror/cifar-10-binary.tar.gz "));
            Assert.That(request, Does.Contain("User-Agent: gpunet/"));
            Assert.That(result.ErrorLines[^1], Does.StartWith("error: ").And.Contain($"{address}/cifar-10-binary.tar.gz").And.Contain("404"));
            Assert.That(result.Output, Is.Empty);
            Assert.That(target, Does.Not.Exist);
        }
    }

    [TestCase("imagenet")]
    [TestCase("fashion-mnist-subset")]
    public void A_set_that_cannot_be_fetched_is_named_with_those_that_can(string name)
    {
        var result = Gpunet.Run("data", "fetch", name, "--out", target);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(result.Error, Does.Contain($"'{name}'").And.Contain(string.Join(", ", DownloadableSet.All.Select(set => set.Name))));
    }

    [Test]
    public void A_mirror_that_is_no_address_is_refused()
    {
        var result = Gpunet.Run("data", "fetch", "cifar10", "--out", target, "--mirror", "ftp://x");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(result.Error, Does.Contain("--mirror").And.Contain("ftp://x"));
    }

    // Answers one request with 404 and returns it.
    private static async Task<string> Refuse(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        byte[] buffer = new byte[4096];
        int length = await stream.ReadAsync(buffer);
        await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
