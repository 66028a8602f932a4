using System.IO.Compression;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class IdxReaderTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static byte[] Idx(int[] sizes, byte[] values) =>
        [0, 0, 8, (byte)sizes.Length, .. sizes.SelectMany(size => new[] { (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size }), .. values];

    private static byte[] Gzip(byte[] contents)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal))
            stream.Write(contents);
        return packed.ToArray();
    }

    private void WriteSet(string suffix = "")
    {
        Write("train-images-idx3-ubyte", Idx([3, 1, 2], [1, 2, 3, 4, 5, 6]));
        Write("train-labels-idx1-ubyte", Idx([3], [0, 1, 2]));
        Write("t10k-images-idx3-ubyte", Idx([2, 1, 2], [7, 8, 9, 10]));
        Write("t10k-labels-idx1-ubyte", Idx([2], [2, 0]));
        void Write(string name, byte[] contents) => folder.Write(name + suffix, suffix == ".gz" ? Gzip(contents) : contents);
    }

    private void AssertRefused(params string[] parts)
    {
        var error = Assert.Throws<DataException>(() => IdxReader.Read("set", folder.Root, ["a", "b", "c"]));
        foreach (string part in parts)
            Assert.That(error!.Message, Does.Contain(part));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
    }

    [TestCase("")]
    [TestCase(".gz")]
    public void Plain_and_gzip_files_are_read(string suffix)
    {
        WriteSet(suffix);
        ImageDataset set = IdxReader.Read("set", folder.Root);
        Assert.That(set.Train.Shape, Is.EqualTo(new Shape(1, 1, 1, 2)));
        Assert.That(set.Train.Image(2).ToArray(), Is.EqualTo(new byte[] { 5, 6 }));
        Assert.That(set.Test.Image(1).ToArray(), Is.EqualTo(new byte[] { 9, 10 }));
        Assert.That((set.Train.Label(1), set.Test.Label(0)), Is.EqualTo((1, 2)));
        Assert.That(set.ClassNames, Is.EqualTo(new[] { "0", "1", "2" }));
    }

    [Test]
    public void A_missing_folder_is_named() =>
        Assert.That(() => IdxReader.Read("set", folder.At("none")), Throws.TypeOf<DataException>().With.Message.Contains(folder.At("none")));

    [Test]
    public void Every_missing_file_is_named()
    {
        WriteSet();
        File.Delete(folder.At("train-labels-idx1-ubyte"));
        File.Delete(folder.At("t10k-images-idx3-ubyte"));
        AssertRefused("train-labels-idx1-ubyte, t10k-images-idx3-ubyte", "with or without .gz");
    }

    [Test]
    public void Images_in_the_place_of_labels_are_refused()
    {
        WriteSet();
        File.Copy(folder.At("train-images-idx3-ubyte"), folder.At("train-labels-idx1-ubyte"), overwrite: true);
        AssertRefused("train-labels-idx1-ubyte", "0x00000803", "0x00000801");
    }

    [TestCase(0)]
    [TestCase(5)]
    public void A_file_shorter_than_its_header_is_refused(int length)
    {
        WriteSet();
        folder.Write("train-images-idx3-ubyte", Idx([3, 1, 2], [])[..length]);
        AssertRefused("train-images-idx3-ubyte", "truncated", $"{length} bytes", "16");
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void A_plain_file_of_the_wrong_length_is_refused(int difference)
    {
        WriteSet();
        folder.Write("train-images-idx3-ubyte", Idx([3, 1, 2], new byte[6 + difference]));
        AssertRefused("train-images-idx3-ubyte", "3×1×2", $"{22 + difference} bytes");
    }

    [TestCase(-1, "truncated")]
    [TestCase(1, "more data follow")]
    public void A_gzip_file_of_the_wrong_length_is_refused(int difference, string problem)
    {
        WriteSet(".gz");
        folder.Write("train-images-idx3-ubyte.gz", Gzip(Idx([3, 1, 2], new byte[6 + difference])));
        AssertRefused("train-images-idx3-ubyte.gz", "3×1×2", problem);
    }

    [Test]
    public void A_size_that_the_file_cannot_hold_is_refused_before_anything_is_allocated([Values("", ".gz")] string suffix)
    {
        WriteSet(suffix);
        byte[] bomb = Idx([int.MaxValue, int.MaxValue, int.MaxValue], new byte[100]);
        folder.Write("train-images-idx3-ubyte" + suffix, suffix == ".gz" ? Gzip(bomb) : bomb);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused("train-images-idx3-ubyte", "2147483647×2147483647×2147483647");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000_000));
    }

    [Test]
    public void A_size_of_zero_is_refused()
    {
        WriteSet();
        folder.Write("train-images-idx3-ubyte", Idx([3, 0, 2], []));
        AssertRefused("dimension 1 has size 0");
    }

    [Test]
    public void A_truncated_gzip_file_is_refused()
    {
        WriteSet(".gz");
        byte[] noise = new byte[5000];
        new Random(1).NextBytes(noise);
        folder.Write("train-images-idx3-ubyte.gz", Gzip(Idx([1, 1, 5000], noise))[..3000]);
        AssertRefused("train-images-idx3-ubyte.gz");
    }

    [TestCase(0)]
    [TestCase(-6)]
    public void A_gzip_file_with_a_wrong_byte_is_refused(int place)
    {
        WriteSet(".gz");
        byte[] packed = Gzip(Idx([3, 1, 2], [1, 2, 3, 4, 5, 6]));
        packed[place < 0 ? packed.Length + place : place] ^= 0x55;
        folder.Write("train-images-idx3-ubyte.gz", packed);
        AssertRefused("train-images-idx3-ubyte.gz", "damaged, or not a gzip file");
    }

    [Test]
    public void A_label_out_of_range_is_named_with_file_and_record()
    {
        WriteSet();
        folder.Write("t10k-labels-idx1-ubyte", Idx([2], [2, 3]));
        AssertRefused("t10k-labels-idx1-ubyte", "record 1 has label 3", "3 classes", "0 to 2");
    }

    [Test]
    public void Counts_of_images_and_labels_must_agree()
    {
        WriteSet();
        folder.Write("train-labels-idx1-ubyte", Idx([2], [0, 1]));
        AssertRefused("3 images", "2 labels");
    }
}
