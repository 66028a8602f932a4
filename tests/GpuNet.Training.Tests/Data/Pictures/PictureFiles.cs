using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using SkiaSharp;

namespace GpuNet.Training.Tests.Data.Pictures;

/// <summary>Pictures that a test draws.</summary>
internal static class PictureFiles
{
    public static string GoldenFolder { get; } = Path.Combine(AppContext.BaseDirectory, "golden", "pictures");

    /// <summary>Draws a picture, pixel by pixel, in the format of the file's extension. Makes its folder.</summary>
    public static string Draw(string path, int width, int height, Func<int, int, SKColor> color)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        bitmap.Pixels = [.. Enumerable.Range(0, height).SelectMany(y => Enumerable.Range(0, width).Select(x => color(x, y)))];
        using var data = bitmap.Encode(Path.GetExtension(path) == ".png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 95);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }

    /// <summary>A folder of pictures: classes a, b, c, one brightness each, of several sizes; of each class 5 to train on and 2 to test on.</summary>
    public static string DrawFolder(TemporaryFolder folder, int files = 5, int testFiles = 2)
    {
        foreach (var (part, count) in new[] { ("train", files), ("val", testFiles) })
        {
            for (int i = 0; i < 3 * count; i++)
            {
                int label = i % 3, number = i;
                Draw(folder.At(Path.Combine(part, "abc"[label].ToString(), $"{number}.png")), 20 + 3 * number, 31 - number, (x, y) => new SKColor((byte)(80 * label + x), (byte)(80 * label + y), (byte)(7 * number)));
            }
        }

        return folder.Root;
    }

    /// <summary>Small pictures, which cover 16×16.</summary>
    public static PictureOptions Options => new() { Size = new(16, 16), Workers = 2 };

    /// <summary>What stands in a file's middle.</summary>
    public static byte[] Middle(string path, PictureOptions options, int side)
    {
        var reader = new PictureReader(options);
        reader.Read(path);
        byte[] pixels = new byte[options.Image.C * side * side];
        reader.CopyWindow((reader.Size.Height - side) / 2, (reader.Size.Width - side) / 2, new(side, side), pixels);
        return pixels;
    }

    /// <summary>The training part of a folder.</summary>
    public static PictureSet Train(string folder, PictureOptions? options = null) => (PictureSet)PictureFolder.Open(folder, options ?? Options).Train;

    /// <summary>The same message for everybody.</summary>
    public static DataException Problem(string path, PictureOptions? options = null) => Assert.Throws<DataException>(() => new PictureReader(options ?? Options).Read(path))!;
}
