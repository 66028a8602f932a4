using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class Cifar10ReaderTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new TemporaryFolder();
        for (byte i = 1; i <= 5; i++)
            folder.Write($"data_batch_{i}.bin", [.. Record(i, 10), .. Record(0, (byte)(100 + i))]);
        folder.Write("test_batch.bin", Record(9, 200));
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static byte[] Record(byte label, byte red) => [label, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat((byte)2, 1024), .. Enumerable.Repeat((byte)3, 1024)];

    private void AssertRefused(params string[] parts)
    {
        var error = Assert.Throws<DataException>(() => Cifar10Reader.Read(folder.Root));
        foreach (string part in parts)
            Assert.That(error!.Message, Does.Contain(part));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
    }

    [Test]
    public void Records_are_read_file_by_file()
    {
        ImageDataset set = Cifar10Reader.Read(folder.Root);
        Assert.That((set.Train.Count, set.Test.Count), Is.EqualTo((10, 1)));
        Assert.That(set.Train.Shape, Is.EqualTo(new Shape(1, 3, 32, 32)));
        Assert.That(Enumerable.Range(0, 10).Select(set.Train.Label), Is.EqualTo(new[] { 1, 0, 2, 0, 3, 0, 4, 0, 5, 0 }));
        Assert.That(set.Train.Image(7)[..1025].ToArray(), Is.EqualTo(Enumerable.Repeat((byte)104, 1024).Append((byte)2)));
        Assert.That(set.Test.Image(0).ToArray(), Is.EqualTo(Record(9, 200)[1..]));
        Assert.That(set.ClassNames[9], Is.EqualTo("truck"));
    }

    [Test]
    public void Class_names_come_from_the_meta_file_if_it_is_there()
    {
        File.WriteAllText(folder.At("batches.meta.txt"), "k0\nk1\nk2\nk3\nk4\nk5\nk6\nk7\nk8\nk9\n\n");
        Assert.That(Cifar10Reader.Read(folder.Root).ClassNames, Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"k{i}")));
        File.WriteAllText(folder.At("batches.meta.txt"), "cat\n");
        AssertRefused("batches.meta.txt", "1 class names");
    }

    [Test]
    public void The_folder_that_the_archive_was_unpacked_in_will_do_too()
    {
        Directory.CreateDirectory(folder.At("cifar-10-batches-bin"));
        foreach (string file in Directory.GetFiles(folder.Root))
            File.Move(file, Path.Combine(folder.At("cifar-10-batches-bin"), Path.GetFileName(file)));
        Assert.That(Cifar10Reader.Read(folder.Root).Train.Count, Is.EqualTo(10));
    }

    [Test]
    public void A_missing_folder_is_named() =>
        Assert.That(() => Cifar10Reader.Read(folder.At("none")), Throws.TypeOf<DataException>().With.Message.Contains(folder.At("none")));

    [Test]
    public void Every_missing_file_is_named()
    {
        File.Delete(folder.At("data_batch_2.bin"));
        File.Delete(folder.At("test_batch.bin"));
        AssertRefused("data_batch_2.bin, test_batch.bin");
    }

    [TestCase(0, "record 0 is missing")]
    [TestCase(3072, "record 0 is truncated")]
    [TestCase(3074, "record 1 is truncated")]
    public void A_file_that_is_no_whole_number_of_records_is_refused(int length, string record)
    {
        folder.Write("data_batch_3.bin", new byte[length]);
        AssertRefused("data_batch_3.bin", $"{length} bytes", "3073", record);
    }

    [Test]
    public void A_label_out_of_range_is_named_with_file_and_record()
    {
        folder.Write("data_batch_4.bin", [.. Record(0, 1), .. Record(9, 1), .. Record(10, 1)]);
        AssertRefused("data_batch_4.bin", "record 2 has label 10", "0 to 9");
    }
}
