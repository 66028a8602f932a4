using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using SkiaSharp;

namespace GpuNet.Training.Tests.Data.Pictures;

public sealed class PictureFolderTests
{
    [Test]
    public void Classes_and_files_are_in_ordinal_order_whatever_their_extensions_case()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "train/b/2.JPG", "train/b/10.jpeg", "train/b/notes.txt", "train/B/x.Png", "train/a b/ü.png", "train/.hidden/x.png", "train/b/._2.JPG", "val/b/1.png", "val/B/1.png", "val/a b/1.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
            File.WriteAllBytes(folder.At(name), []);
        }

        var data = DataSets.Open("pictures", folder.Root, new() { Size = new(40, 40) });
        var train = (PictureSet)data.Train;
        Assert.That(data.ClassNames, Is.EqualTo((string[])["B", "a b", "b"]));
        Assert.That(data.Name, Is.EqualTo(Path.GetFileName(folder.Root)));
        Assert.That(Enumerable.Range(0, train.Count).Select(i => (Path.GetFileName(train.File(i)), train.Label(i))), Is.EqualTo(new[] { ("x.Png", 0), ("ü.png", 1), ("10.jpeg", 2), ("2.JPG", 2) }));
        Assert.That((train.Shape.C, train.Shape.H, train.Shape.W, data.Test.Count), Is.EqualTo((3, 40, 40, 3)));
    }

    [TestCase("", "train does not exist")]
    [TestCase("train/a/1.png train/b/1.png", "val does not exist")]
    [TestCase("train/a/1.png val/a/1.png", "1 class folders")]
    [TestCase("train/a/1.png train/b/1.txt val/a/1.png val/b/1.png", "the class has no pictures")]
    [TestCase("train/a/1.png train/b/1.png val/a/1.png val/b/", "the class has no pictures")]
    [TestCase("train/a/1.png train/b/1.png val/a/1.png", "val lacks b")]
    [TestCase("train/a/1.png train/b/1.png val/a/1.png val/b/1.png val/c/1.png val/d/1.png val/e/1.png val/f/1.png", "train lacks c, d, e and 1 more")]
    public void A_folder_that_is_not_laid_out_so_is_refused(string files, string problem)
    {
        using var folder = new TemporaryFolder();
        foreach (string name in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
            if (!name.EndsWith('/'))
                File.WriteAllBytes(folder.At(name), []);
        }

        Assert.That(() => PictureFolder.Open(folder.Root), Throws.TypeOf<DataException>().With.Message.Contains(problem).And.Message.Contains(folder.Root));
    }

    [Test]
    public void A_folder_that_may_not_be_read_is_an_error()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("This user may read everything.");
            return;
        }

        using var folder = new TemporaryFolder();
        PictureFiles.DrawFolder(folder);
        string closed = folder.At("train/b");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            Assert.That(() => PictureFolder.Open(folder.Root), Throws.TypeOf<DataException>().With.Message.Contains($"{closed} cannot be read"));
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestCase(0, 1, 0, "--resize")]
    [TestCase(5000, 1, 0, "--resize")]
    [TestCase(10, 0, 0, "--workers")]
    [TestCase(10, 1025, 0, "--workers")]
    [TestCase(10, 1, -1, "--max-bad-files")]
    public void Options_out_of_range_name_the_way_out(int side, int workers, int bad, string option) => Assert.That(
        () => PictureFolder.Open("nowhere", new() { Size = new(side, side), Workers = workers, MostBadFiles = bad }),
        Throws.TypeOf<TrainingException>().With.Message.Contains(option));

    [Test]
    public void The_mean_image_is_that_of_the_middles_whatever_the_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        string root = PictureFiles.DrawFolder(folder);
        var one = PictureFiles.Train(root, PictureFiles.Options with { Workers = 1 });
        int read = 0;
        float[] mean = one.MeanOf(new(12, 12), count => read = count);
        byte[][] middles = [.. Enumerable.Range(0, one.Count).Select(i => PictureFiles.Middle(one.File(i), one.Options, 12))];
        Assert.That(mean, Is.EqualTo(Enumerable.Range(0, mean.Length).Select(p => (float)(middles.Sum(pixels => (double)pixels[p]) / middles.Length))));
        Assert.That(read, Is.EqualTo(15));
        Assert.That(MeanImage.Of(PictureFiles.Train(root, PictureFiles.Options with { Workers = 5 }), new(12, 12)), Is.EqualTo(mean));
        // The second time, no file is read.
        PictureFiles.Draw(one.File(0), 30, 30, (_, _) => SKColors.White);
        Assert.That(one.MeanOf(new(12, 12)), Is.SameAs(mean));
        Assert.That(() => PictureFiles.Train(root).MeanOf(new(12, 12), cancellation: new(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
