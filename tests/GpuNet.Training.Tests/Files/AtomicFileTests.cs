using GpuNet.Training.Files;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Files;

public sealed class AtomicFileTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_file_before_is_moved_aside()
    {
        AtomicFile.Write(folder.Write("a", [1]), stream => stream.WriteByte(2), folder.At("b"));
        Assert.That(File.ReadAllBytes(folder.At("a")), Is.EqualTo((byte[])[2]));
        Assert.That(File.ReadAllBytes(folder.At("b")), Is.EqualTo((byte[])[1]));
    }

    // What was written is moved away from under it, as a disk may lose it.
    [Test]
    public void Where_the_second_move_fails_the_first_is_taken_back()
    {
        string path = folder.Write("a", [1]);
        Assert.That(() => AtomicFile.Write(path, _ => File.Delete(Temporary()), folder.At("b")), Throws.TypeOf<OutputException>().With.Message.StartsWith($"file '{path}' cannot be written: "));
        Assert.That(Directory.GetFiles(folder.Root), Is.EqualTo((string[])[path]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo((byte[])[1]));
    }

    [Test]
    public void What_fails_while_it_is_written_leaves_the_file_before()
    {
        string path = folder.Write("a", [1]);
        Assert.That(() => AtomicFile.Write(path, _ => throw new IOException("Disk full."), folder.At("b")), Throws.TypeOf<OutputException>().With.Message.Contains("Disk full."));
        Assert.That(Directory.GetFiles(folder.Root), Is.EqualTo((string[])[path]));
    }

    private string Temporary() => Directory.GetFiles(folder.Root, "*.tmp").Single();
}
