using SkiaSharp;

namespace GpuNet.Cli.Tests;

/// <summary>A folder that is gone after the test, with PNG files in <see cref="Data"/>: of each of three colours 4 to train on and 2 to test on, in several
/// sizes.</summary>
internal sealed class TinyPictures : IDisposable
{
    public static readonly string[] Classes = ["blue", "green", "red"];

    private static readonly SKColor[] Colours = [new(30, 60, 220), new(40, 200, 50), new(210, 40, 30)];

    public TinyPictures()
    {
        foreach (var (part, count) in new[] { ("train", 4), ("val", 2) })
        {
            for (int label = 0; label < Classes.Length; label++)
            {
                for (int i = 0; i < count; i++)
                    Draw(Path.Combine(Data, part, Classes[label], $"{i}.png"), 18 + 5 * i, 25 - 3 * i, Colours[label]);
            }
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("gpunet-cli-").FullName;

    public string Data => Path.Combine(Root, "pictures");

    /// <summary>The test set's files, by class.</summary>
    public string[] TestFiles => [.. Classes.SelectMany(name => Directory.GetFiles(Path.Combine(Data, "val", name)).Order(StringComparer.Ordinal))];

    /// <summary>Where a run may write.</summary>
    public string Out => Path.Combine(Root, "out");

    public string Weights => Path.Combine(Out, "weights.safetensors");

    /// <summary>The options that make a run short.</summary>
    public string[] Options => ["--dataset", "pictures", "--data", Data, "--resize", "16", "--crop", "12", "--batch", "6", "--device", "cpu", "--out", Out];

    public string At(string name) => Path.Combine(Root, name);

    /// <summary>Draws a picture that grows brighter to the right and downwards. Makes its folder.</summary>
    public static void Draw(string path, int width, int height, SKColor colour)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        bitmap.Pixels = [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select new SKColor((byte)(colour.Red + x), (byte)(colour.Green + y), colour.Blue)];
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
