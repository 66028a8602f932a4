using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GpuNet.Testing;

namespace GpuNet.Packages.Tests;

/// <summary>What is in the packages, and that they work where there is no repository. Packing them takes a build, and using them downloads.</summary>
public sealed class PackageTests
{
    private const string Tool = "gpunet";

    private static readonly string[] Libraries = ["GpuNet.Kernels", "GpuNet.Layers", "GpuNet.Training"];

    // The processors and systems whose libraries of SkiaSharp the tool carries.
    private static readonly string[] Runtimes = ["linux-arm64", "linux-musl-arm64", "linux-musl-x64", "linux-x64", "osx", "win-arm64", "win-x64"];

    private static Workshop? opened;

    private static IEnumerable<string> All => [.. Libraries, Tool];

    private static Workshop Here => opened!;

    [SetUp]
    public async Task Pack()
    {
        SlowTests.SkipUnlessAskedFor("Packing takes a build, and using the packages downloads what they depend on.");
        opened ??= await Workshop.OpenAsync();
    }

    [OneTimeTearDown]
    public void Leave()
    {
        opened?.Dispose();
        opened = null;
    }

    [Test]
    public void There_are_four_packages_with_their_symbols() =>
        Assert.That(
            Directory.GetFiles(Here.Feed).Select(Path.GetFileName),
            Is.EquivalentTo(All.SelectMany(id => new[] { $"{id}.{Workshop.Version}.nupkg", $"{id}.{Workshop.Version}.snupkg" })));

    [TestCaseSource(nameof(Libraries))]
    public void A_library_is_an_assembly_its_documentation_and_a_readme(string id)
    {
        var files = Here.Open(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Contents(files.Keys), Is.EquivalentTo(new[] { $"{id}.nuspec", "README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" }));
            Assert.That(Contents(Here.Open(id, "snupkg").Keys), Is.EquivalentTo(new[] { $"{id}.nuspec", $"lib/net10.0/{id}.pdb" }));
            Assert.That(Text(files[$"lib/net10.0/{id}.xml"]), Does.Contain($"<name>{id}</name>").And.Contain("<member name=\"T:"));
        }
    }

    [Test]
    public void The_tool_brings_what_it_runs_with_and_no_more()
    {
        var files = Here.Open(Tool).Keys;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(files, Is.SupersetOf(new[] { "README.md", "gpunet.dll", "gpunet.xml", "gpunet.deps.json", "gpunet.runtimeconfig.json", "DotnetToolSettings.xml", "GpuNet.Training.dll", "ILGPU.dll" }.Select(file => file == "README.md" ? file : $"tools/net10.0/any/{file}")));
            Assert.That(
                Contents(files).Where(file => !Regex.IsMatch(file, @"^(gpunet\.nuspec|README\.md|tools/net10\.0/any/([A-Za-z-]+/)?[A-Za-z.]+\.(dll|json)|tools/net10\.0/any/DotnetToolSettings\.xml|tools/net10\.0/any/(gpunet|GpuNet\.[A-Za-z]+)\.(pdb|xml)|tools/net10\.0/any/runtimes/[^/]+/native/lib(HarfBuzz|Skia)Sharp\.(so|dylib|dll))$")),
                Is.Empty);
            Assert.That(files.Where(file => Regex.IsMatch(file, "(?i)test|nunit|bench|onnxruntime|CodeAnalysis|Protobuf")), Is.Empty);
            Assert.That(files.Select(file => Regex.Match(file, "/runtimes/([^/]+)/").Groups[1].Value).Where(runtime => runtime.Length > 0).Distinct(), Is.EquivalentTo(Runtimes));
        }
    }

    [TestCaseSource(nameof(All))]
    public void A_package_says_what_it_is(string id)
    {
        var files = Here.Open(id);
        using var stream = new MemoryStream(files[$"{id}.nuspec"]);
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        var repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        string[] dependencies = [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Value("id"), Is.EqualTo(id));
            Assert.That(Value("version"), Is.EqualTo(Workshop.Version));
            Assert.That(Value("license"), Is.EqualTo("MIT"));
            Assert.That(Value("description"), Is.Not.Null.And.Not.EqualTo("Package Description"));
            Assert.That(Text(files[Value("readme")!]), Does.StartWith($"# {id}\n"));
            Assert.That(repository.Attribute("type")?.Value, Is.EqualTo("git"));
            Assert.That(repository.Attribute("url")?.Value, Is.Not.Null.And.Not.Empty);
            Assert.That(repository.Attribute("commit")?.Value, Does.Match("^[0-9a-f]{40}$"));
            Assert.That(dependencies.Where(dependency => dependency.StartsWith("GpuNet.", StringComparison.Ordinal)), Is.EqualTo(id switch
            {
                "GpuNet.Layers" => [$"GpuNet.Kernels {Workshop.Version}"],
                "GpuNet.Training" => [$"GpuNet.Layers {Workshop.Version}"],
                _ => (string[])[],
            }));
            Assert.That(dependencies.Where(dependency => Regex.IsMatch(dependency, "(?i)test|nunit|bench|analy[sz]er|CodeAnalysis")), Is.Empty);
        }
    }

    [TestCaseSource(nameof(All))]
    public void Symbols_lead_to_the_sources_and_name_no_folder_of_the_machine(string id)
    {
        var files = Here.Open(id, "snupkg");
        using var stream = new MemoryStream(files[$"{id}.nuspec"]);
        string commit = XDocument.Load(stream).Descendants().Single(element => element.Name.LocalName == "repository").Attribute("commit")!.Value;
        foreach (var (path, bytes) in files.Where(file => file.Key.EndsWith(".pdb", StringComparison.Ordinal)))
        {
            var pdb = Pdb.Read(bytes);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(pdb.SourceLink, Does.Contain($"/{commit}/*"), path);
                Assert.That(pdb.Documents.Select(document => document.Path).Where(document => !document.StartsWith("/_", StringComparison.Ordinal)), Is.Empty, path);
                // In the repository, or else in the PDB.
                Assert.That(pdb.Documents.Where(document => !document.IsEmbedded && !File.Exists(document.Path.Replace("/_", Repository.Root))), Is.Empty, path);
            }
        }

        foreach (var (path, bytes) in Here.Open(id).Where(file => Path.GetFileName(file.Key).StartsWith("GpuNet", StringComparison.OrdinalIgnoreCase)))
            Assert.That(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.Root)), Is.EqualTo(-1), path);
    }

    [Test]
    public async Task The_readme_of_the_training_package_trains_where_there_is_no_repository()
    {
        string folder = Here.At("own");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "NuGet.config"), $"<configuration><packageSources><add key=\"gpunet\" value=\"{Here.Feed}\" /></packageSources></configuration>");
        await Dotnet.RunAsync(folder, Here.Environment, "new", "console", "--no-restore");
        await Dotnet.RunAsync(folder, Here.Environment, "add", "package", "GpuNet.Training", "--version", Workshop.Version);
        string readme = Text(Here.Open("GpuNet.Training")["README.md"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Regex.Match(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        string written = await Dotnet.RunAsync(folder, Here.Environment, "run", "-c", "Release");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written, Does.Match(@"(?m)^\d\d\.\d %$"));
            Assert.That(written, Does.Not.Contain("warning"));
            foreach (string id in Libraries)
                Assert.That(await File.ReadAllTextAsync(Here.At("nuget", id.ToLowerInvariant(), Workshop.Version, ".nupkg.metadata")), Does.Contain(Here.Feed), $"{id} is the one that was packed");
        }
    }

    [Test]
    public async Task The_tool_is_installed_and_compares()
    {
        string folder = Here.At("tool"), runs = Here.At("runs");
        Directory.CreateDirectory(runs);
        await Dotnet.RunAsync(runs, Here.Environment, "tool", "install", Tool, "--tool-path", folder, "--add-source", Here.Feed, "--version", Workshop.Version);
        string written = await Dotnet.StartAsync(Path.Combine(folder, Tool), runs, Here.Environment, "compare", "--iterations", "4", "--test-interval", "0", "--out", "short");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written, Does.Contain("triangular2").And.Contain("Run folder: short"));
            // Drawn by the libraries that the tool brings.
            Assert.That(Directory.GetFiles(Path.Combine(runs, "short"), "*.png"), Is.Not.Empty);
            Assert.That(Path.Combine(runs, "short", "report.html"), Does.Exist);
        }
    }

    [Test]
    public async Task The_samples_run_with_the_packages()
    {
        string folder = Here.At("samples");
        foreach (string file in Directory.GetFiles(Repository.At("samples"), "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Repository.At("samples"), file);
            if (path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj") || path.EndsWith(".safetensors", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.Copy(file, Path.Combine(folder, path));
        }

        string trained = await Run("TrainYourOwn"), predicted = await Run("PredictPictures"), found = await Run("FindTheRate");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trained, Does.Match(@"iteration 600: .* 8\d\.\d %").And.Contain("Weights: clothes.safetensors"));
            Assert.That(predicted, Does.Contain("test picture 0: Ankle boot").And.Contain("test picture 9:"));
            Assert.That(found, Does.Match(@"(?m)^triangular2 +\d\d\.\d % after"));
        }

        async Task<string> Run(string sample)
        {
            string written = await Dotnet.RunAsync(folder, Here.Environment, "run", "-c", "Release", "--project", sample);
            Assert.That(written, Does.Not.Contain("warning"), sample);
            return written;
        }
    }

    private static IEnumerable<string> Contents(IEnumerable<string> files) =>
        files.Where(file => !(file is "_rels/.rels" or "[Content_Types].xml" || file.StartsWith("package/services/metadata/core-properties/", StringComparison.Ordinal)));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");
}
