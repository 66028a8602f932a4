using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using GpuNet.Training.Data.Pictures;
using SkiaSharp;

namespace GpuNet.Training.Tests.Data.Pictures;

/// <summary>Decoding and resizing, held against Pillow's: tests/golden/pictures.py.</summary>
public sealed class PictureReaderTests
{
    private const int Window = 20;

    private static readonly PictureOptions Options = new() { Size = new(24, 24), Channels = ChannelOrder.Rgb };

    private static readonly Dictionary<string, int[]> Golden =
        JsonSerializer.Deserialize<Dictionary<string, int[]>>(File.ReadAllText(Path.Combine(PictureFiles.GoldenFolder, "..", "pictures.json")))!;

    // A large JPEG is decoded at a share of its size, which Pillow's figures were not. Other libjpegs may round by 1.
    private static IEnumerable<object[]> Files => Golden.Keys.Select(name => new object[] { name, name == "large.jpg" ? 3 : Path.GetExtension(name) == ".png" ? 0 : 1 });

    [TestCaseSource(nameof(Files))]
    public void A_picture_is_what_Pillow_makes_of_it(string name, int tolerance)
    {
        byte[] pixels = PictureFiles.Middle(Path.Combine(PictureFiles.GoldenFolder, name), Options, Window);
        int[] expected = Planar(Golden[name]);
        for (int i = 0; i < expected.Length; i++)
            Assert.That((int)pixels[i], Is.EqualTo(expected[i]).Within(tolerance), $"value {i}");
    }

    [Test]
    public void Channels_come_in_the_order_asked_for()
    {
        int[] rgb = Planar(Golden["rgb.png"]);
        int plane = Window * Window;
        string file = Path.Combine(PictureFiles.GoldenFolder, "rgb.png");
        byte[] bgr = PictureFiles.Middle(file, Options with { Channels = ChannelOrder.Bgr }, Window), grey = PictureFiles.Middle(file, Options with { Channels = ChannelOrder.Grey }, Window);
        Assert.That(bgr, Is.EqualTo((int[])[.. rgb[(2 * plane)..], .. rgb[plane..(2 * plane)], .. rgb[..plane]]));
        Assert.That(grey, Has.Length.EqualTo(plane));
        for (int i = 0; i < plane; i++)
            Assert.That(grey[i], Is.EqualTo(0.299 * rgb[i] + 0.587 * rgb[plane + i] + 0.114 * rgb[2 * plane + i]).Within(0.51));
    }

    [TestCase("cut.jpg", "cut short")]
    [TestCase("cut.png", "cut short")]
    [TestCase("head.jpg", "no JPEG or PNG")]
    [TestCase("text.jpg", "no JPEG or PNG")]
    [TestCase("gif.jpg", "Gif")]
    [TestCase("empty.png", "empty")]
    [TestCase("none.png", "cannot be read")]
    [TestCase("..", "cannot be read")]
    public void What_is_no_picture_is_named_with_the_reason(string name, string reason)
    {
        string path = Path.Combine(PictureFiles.GoldenFolder, name);
        Assert.That(PictureFiles.Problem(path).Message, Does.StartWith(path).And.Contain(reason));
    }

    [Test]
    public void A_pipe_is_no_picture()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Only Linux gives a pipe a path.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        string path = $"/dev/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";
        Assert.That(PictureFiles.Problem(path).Message, Does.StartWith($"{path} cannot be read"));
    }

    [Test]
    public void A_reader_goes_on_after_a_bad_file()
    {
        var reader = new PictureReader(Options);
        Assert.That(() => reader.Read(Path.Combine(PictureFiles.GoldenFolder, "cut.jpg")), Throws.Exception);
        reader.Read(Path.Combine(PictureFiles.GoldenFolder, "small.png"));
        Assert.That((reader.Size.Height, reader.Size.Width), Is.EqualTo((24, 35)));
    }

    [Test]
    public void A_small_file_cannot_ask_for_all_memory()
    {
        using var folder = new TemporaryFolder();
        byte[] png = File.ReadAllBytes(Path.Combine(PictureFiles.GoldenFolder, "one.png"));
        // Its header's width and height, and their checksum, which the decoder looks at first.
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 30_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        Assert.That(PictureFiles.Problem(folder.Write("bomb.png", png)).Message, Does.Contain("30000×30000").And.Contain($"{1 << 26}"));
        // Its frame header's height and width.
        byte[] jpeg = File.ReadAllBytes(Path.Combine(PictureFiles.GoldenFolder, "rgb.jpg"));
        int frame = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 65_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 65_000);
        Assert.That(PictureFiles.Problem(folder.Write("bomb.jpg", jpeg)).Message, Does.Contain("65000×65000").And.Contain($"{1 << 28}"));
        string line = PictureFiles.Draw(folder.At("line.png"), 20_000, 1, (_, _) => SKColors.Red);
        Assert.That(PictureFiles.Problem(line, new() { Size = new(1000, 1000) }).Message, Does.Contain("Crop it"));
    }

    [Test]
    public void Twenty_megapixels_are_decoded_at_a_share_of_their_size()
    {
        using var folder = new TemporaryFolder();
        string path = folder.At("large.jpg");
        // Drawn by the library: pixel by pixel it would take seconds.
        using (var bitmap = new SKBitmap(5472, 3648, SKColorType.Bgra8888, SKAlphaType.Opaque))
        {
            using var canvas = new SKCanvas(bitmap);
            canvas.Clear(new SKColor(10, 20, 30));
            using var paint = new SKPaint { Color = new SKColor(200, 100, 50) };
            canvas.DrawRect(2736, 0, 2736, 3648, paint);
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            File.WriteAllBytes(path, data.ToArray());
        }

        var reader = new PictureReader(new PictureOptions { Channels = ChannelOrder.Rgb });
        long before = GC.GetTotalAllocatedBytes();
        var time = Stopwatch.StartNew();
        reader.Read(path);
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        // An eighth of each side would still have more pixels than are needed: 80 MB become 1.3.
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(new FileInfo(path).Length + 6_000_000));
        Assert.That((reader.Size.Height, reader.Size.Width), Is.EqualTo((256, 384)));
        byte[] pixels = new byte[3 * 256 * 384];
        reader.CopyWindow(0, 0, reader.Size, pixels);
        Assert.That((pixels[128 * 384 + 100], pixels[128 * 384 + 300]), Is.EqualTo((10, 200)).Using<(byte, byte)>((a, b) => Math.Abs(a.Item1 - b.Item1) <= 2 && Math.Abs(a.Item2 - b.Item2) <= 2));
        // The edge stays in the middle: what was left out were whole pixels at the right and at the bottom.
        Assert.That(pixels[128 * 384 + 190], Is.LessThan(20));
        Assert.That(pixels[128 * 384 + 193], Is.GreaterThan(190));
    }

    private static int[] Planar(int[] interleaved) => [.. Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, interleaved.Length / 3).Select(i => interleaved[3 * i + c]))];

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
