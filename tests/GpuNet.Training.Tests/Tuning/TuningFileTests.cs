using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Training.Tuning;

namespace GpuNet.Training.Tests.Tuning;

/// <summary>A tuning comes back as it was written, and anything else is refused in one line that names the file, what is wrong and the way out.</summary>
public sealed class TuningFileTests
{
    private static readonly TunedProduct[] Products = [new("multiply.nt", 1, 100, 10, 64, "32x32x8", 1), new("convolution.weights", 2, 16, 400, 25_600, "64x64x16", 8)];

    private DeviceSession session = null!;
    private string folder = null!, path = null!;

    [OneTimeSetUp]
    public void Open() => session = DeviceSession.OpenSimulatedGpu();

    [OneTimeTearDown]
    public void Close() => session.Dispose();

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("gpunet-tuning").FullName;
        path = TuningFile.PathOf(session, Path.Combine(folder, "of", "devices"));
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_was_written_is_read()
    {
        TuningFile.Write(session, path, Products);
        Assert.That(TuningFile.Read(session, path), Is.EqualTo(Products));
        Assert.That(() => TuningFile.Apply(session, path), Throws.Nothing);
        TuningFile.Write(session, path, Products[..1]);
        Assert.That(TuningFile.Read(session, path), Is.EqualTo(Products[..1]));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo(new[] { path }), "one file a device, and nothing left behind");
    }

    [TestCase("", "is broken")]
    [TestCase("{", "is broken")]
    [TestCase("""{"\ud800":1}""", "is broken")]
    [TestCase("[]", "format 'gpunet-tuning'")]
    [TestCase("null", "format 'gpunet-tuning'")]
    [TestCase("{}", "format 'gpunet-tuning'")]
    [TestCase("""{"format":3}""", "format 'gpunet-tuning'")]
    [TestCase("""{"format":"gpunet-tuning"}""", "version unknown")]
    [TestCase("""{"format":"gpunet-tuning","version":"1"}""", "version \"1\"")]
    [TestCase("""{"format":"gpunet-tuning","version":2,"tiles":[]}""", "is of version 2, and this program reads version 1")]
    [TestCase("""{"format":"gpunet-tuning","version":1}""", "is broken")]
    [TestCase("""{"format":"gpunet-tuning","version":1,"device":null,"driver":"d","products":[]}""", "is broken")]
    [TestCase("""{"format":"gpunet-tuning","version":1,"device":"a","driver":"d","products":[],"more":1}""", "is broken")]
    [TestCase("""{"format":"gpunet-tuning","version":1,"device":"a","driver":"d","products":[[[[[[[[[[]]]]]]]]]]}""", "is broken")]
    [TestCase("""{"format":"gpunet-tuning","version":1,"device":"another","driver":"d","products":[]}""", "of device 'another', and this is 'simulated-gpu ")]
    public void A_file_that_is_broken_or_foreign_is_refused(string text, string what) => AssertRefused(text, what);

    [TestCase("\"driver\": \"ILGPU", "\"driver\": \"1.0 ILGPU", "measured with driver '1.0 ILGPU")]
    [TestCase("\"32x32x8\"", "\"32x32x7\"", "tiles '32x32x7'")]
    [TestCase("\"32x32x8\"", "null", "is broken")]
    [TestCase("\"op\": \"multiply.nt\"", "\"op\": \"\"", "names no op")]
    [TestCase("\"op\": \"multiply.nt\"", "\"op\": \"multiply\"", "no op 'multiply'")]
    [TestCase("\"splits\": 8", "\"splits\": 2000000000", "2000000000 parts; it may have 400 at most")]
    [TestCase("\"rows\": 100", "\"rows\": -100", "at least 1")]
    [TestCase("\"rows\": 100", "\"rows\": 1e99", "is broken")]
    [TestCase("\"rows\": 100,", "", "'rows'")]
    [TestCase("\"splits\": 8", "\"splits\": 8, \"splits\": 9", "is broken")]
    public void A_file_with_one_wrong_member_is_refused_whole(string from, string to, string what)
    {
        TuningFile.Write(session, path, Products);
        string text = File.ReadAllText(path);
        Assert.That(text, Does.Contain(from));
        AssertRefused(text.Replace(from, to, StringComparison.Ordinal), what);
    }

    [Test]
    public void A_file_that_is_too_long_is_refused_unread() => AssertRefused(new string(' ', TuningFile.MostBytes + 1), "more than 2097152 bytes");

    [Test]
    public void What_a_hostile_file_says_is_shortened_and_has_no_control_characters()
    {
        string message = AssertRefused($$"""{"format":"gpunet-tuning","version":1,"device":"\u001b[2J\n{{new string('x', 100_000)}}","driver":"d","products":[]}""", "of device ' [2J x");
        Assert.That(message, Has.Length.LessThan(1500).And.None.Matches<char>(char.IsControl));
    }

    [Test]
    public void A_folder_in_its_place_and_one_that_cannot_be_made_are_refused()
    {
        Directory.CreateDirectory(path);
        Assert.That(() => TuningFile.Apply(session, path), Throws.TypeOf<TuningException>().With.Message.Contains(path).And.Message.Contains("cannot be read").And.Message.Contains("delete it"));
        Assert.That(() => TuningFile.ThrowIfNotWritable(path), Throws.TypeOf<OutputException>().With.Message.Contains(path).And.Message.Contains("GPUNET_TUNING"));
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.That(() => TuningFile.Write(session, Path.Combine(file, "x.json"), Products), Throws.TypeOf<OutputException>().With.Message.Contains(file));
        Assert.That(() => TuningFile.ThrowIfNotWritable(Path.Combine(file, "x.json")), Throws.TypeOf<OutputException>().With.Message.Contains(file));
    }

    [Test]
    public void Asking_whether_a_file_can_be_written_leaves_the_folder_as_it_is()
    {
        TuningFile.ThrowIfNotWritable(path);
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!), Is.Empty);
        TuningFile.Write(session, path, Products);
        TuningFile.ThrowIfNotWritable(path);
        Assert.That(TuningFile.Read(session, path), Is.EqualTo(Products));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo(new[] { path }));
    }

    [Test]
    public void The_folder_is_the_environments()
    {
        Assert.That(TuningFile.DefaultFolder(name => name == "GPUNET_TUNING" ? "mine" : "/cache"), Is.EqualTo("mine"));
        if (OperatingSystem.IsWindows())
            return;
        Assert.That(TuningFile.DefaultFolder(name => name == "XDG_CACHE_HOME" ? "/cache" : null), Is.EqualTo("/cache/gpunet/tuning"));
        Assert.That(TuningFile.DefaultFolder(name => name == "XDG_CACHE_HOME" ? "relative" : null), Does.EndWith("/.cache/gpunet/tuning").And.StartWith("/"));
    }

    private string AssertRefused(string text, string what)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        var refused = Assert.Throws<TuningException>(() => TuningFile.Apply(session, path))!;
        Assert.That(refused.Message, Does.StartWith($"tuning file '{path}': ").And.Contain(what).And.Not.Contain("\n"));
        Assert.That(refused.Message, Does.Contain("gpunet tune").Or.Contain("elete it"));
        return refused.Message;
    }
}
