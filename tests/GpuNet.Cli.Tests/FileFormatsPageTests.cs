using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Testing;
using GpuNet.Training.Tuning;

namespace GpuNet.Cli.Tests;

/// <summary>docs/file-formats.md names every file that is written, and every property, column and key in it.</summary>
public sealed class FileFormatsPageTests
{
    private readonly string page = File.ReadAllText(Repository.At("docs", "file-formats.md"));
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void A_run_folder_has_nothing_that_is_not_on_the_page()
    {
        Run("train", ExitCode.Success, "--iterations", "4", "--test-interval", "2", "--crop", "10", "--ten-crop", "--policy", "triangular:base=0.001,max=0.002,step=2", "--momentum-range", "0.95-0.85");
        Check();
    }

    [Test]
    public void Nor_has_that_of_a_run_that_diverged()
    {
        Run("train", ExitCode.Diverged, "--iterations", "10", "--policy", "fixed:rate=1e10");
        Assert.That(File.ReadAllText(Path.Combine(folder.Out, "run.json")), Does.Contain("\"lastFiniteIteration\""));
        Check();
    }

    [Test]
    public void Nor_has_that_of_a_comparison()
    {
        Run("compare", ExitCode.Success, "--iterations", "4", "--test-interval", "2", "--seeds", "2", "--policy", "fixed:rate=0.001", "--policy", "step:base=0.001,gamma=0.5,interval=2");
        Check();
    }

    [Test]
    public void Nor_has_that_of_a_range_test()
    {
        Run("find-lr", ExitCode.Success, "--iterations", "40", "--max-rate", "0.05");
        Check();
    }

    [Test]
    public void Nor_has_a_tuning()
    {
        using var session = DeviceSession.OpenCpu(1);
        Directory.CreateDirectory(folder.Out);
        string path = Path.Combine(folder.Out, "tuning.json");
        TuningFile.Write(session, path, [new TunedProduct("convolution.forward", 1, 32, 100, 75, "64x64x8", 1)]);
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.That(Unnamed(NamesIn(json.RootElement)), Is.Empty);
    }

    private void Run(string command, ExitCode code, params string[] options)
    {
        var result = Gpunet.Run([command, .. folder.Options, .. options]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
    }

    private void Check()
    {
        string[] files = Directory.GetFiles(folder.Out, "*", SearchOption.AllDirectories);
        Assert.That(files, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (string file in files)
            {
                Assert.That(IsNamed(file), $"the page does not name {Path.GetFileName(file)}");
                Assert.That(Unnamed(NamesOf(file)), Is.Empty, file);
            }
        }
    }

    private bool IsNamed(string file)
    {
        string name = Path.GetFileName(file);
        return name.StartsWith(TinyData.Events, StringComparison.Ordinal)
            || page.Contains($"`{name}`", StringComparison.Ordinal)
            || (Path.GetExtension(name) is ".png" or ".svg" && page.Contains($"`{Path.GetFileNameWithoutExtension(name)}`", StringComparison.Ordinal));
    }

    private static IEnumerable<string> NamesOf(string file) => Path.GetExtension(file) switch
    {
        ".json" => NamesIn(File.ReadAllText(file)),
        ".jsonl" => File.ReadLines(file).SelectMany(NamesIn),
        ".csv" => File.ReadLines(file).First().Split(',').Select(column => Regex.Replace(Regex.Replace(column, "_sd$", ""), @"(?<=^accuracy_at_)\d+$", "N")),
        ".safetensors" => MetadataOf(file),
        _ => [],
    };

    private static IEnumerable<string> NamesIn(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. NamesIn(json.RootElement)];
    }

    // But for the names of runs, which a plan's are by.
    private static IEnumerable<string> NamesIn(JsonElement element, bool isByName = false) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            NamesIn(member.Value, member.Name == "runs" && member.Value.ValueKind == JsonValueKind.Object).Concat(isByName ? [] : [member.Name])),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => NamesIn(item)),
        _ => [],
    };

    private static IEnumerable<string> MetadataOf(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes)));
        var texts = header.RootElement.GetProperty("__metadata__").EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!);
        return [.. texts.Keys, .. texts.TryGetValue("progress", out string? progress) ? NamesIn(progress) : []];
    }

    private string[] Unnamed(IEnumerable<string> names) => [.. names.Distinct().Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal))];
}
