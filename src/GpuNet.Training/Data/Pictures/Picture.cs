using GpuNet.Kernels.Tensors;
using SkiaSharp;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// A JPEG or PNG file, decoded and resized. Grey and CMYK files become colours; of 16 bits a channel the upper 8 are kept; transparency and the
/// orientation in a camera's tags are left out of account, as in Caffe.
/// </summary>
internal sealed class Picture : IDisposable
{
    // 256 MB decoded: more than any camera's, and a bound on what a small file can ask for.
    private const long MostPixels = 1L << 26;
    private const int BytesPerPixel = 4;

    private readonly SKBitmap bitmap;

    private Picture(SKBitmap bitmap) => this.bitmap = bitmap;

    /// <summary>Rows and columns.</summary>
    public Size2D Size => new(bitmap.Height, bitmap.Width);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shortSide">Pixels of the shorter side after resizing, by bilinear interpolation, between mipmaps where it shrinks.</param>
    /// <returns>The picture, to be disposed by the caller.</returns>
    /// <exception cref="DataException">The file cannot be read, is no picture, is cut short, or is too large.</exception>
    public static Picture Read(string path, int shortSide)
    {
        using var codec = Open(path);
        var info = codec.Info;
        var target = Resized(path, info.Width, info.Height, shortSide);
        // A JPEG of twice the size or more is decoded at a half, a quarter or an eighth, which costs as much less.
        var scaled = codec.GetScaledDimensions(Math.Min(1f, (float)shortSide / Math.Min(info.Width, info.Height)));
        if (scaled.Width < target.Width || scaled.Height < target.Height)
            scaled = new(info.Width, info.Height);
        if ((long)scaled.Width * scaled.Height > MostPixels)
            throw new DataException($"{path}: the picture has {info.Width}×{info.Height} pixels; at most {MostPixels} are decoded. Make it smaller.");
        // Unpremultiplied and then called opaque: transparent pixels keep their colours.
        var bitmap = new SKBitmap(new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Bgra8888, info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        try
        {
            var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
            if (result != SKCodecResult.Success)
                throw new DataException($"{path}: the picture cannot be decoded ({Reason(result)}). Repair the file or remove it.");
            if (scaled != target)
            {
                var resized = Scale(bitmap, target);
                bitmap.Dispose();
                bitmap = resized;
            }

            return new(bitmap);
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    /// <summary>Copies a window, channel by channel.</summary>
    /// <param name="top">Its first row.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="window">Its rows and columns.</param>
    /// <param name="order">The order of the channels.</param>
    /// <param name="target">Gets 3·rows·columns bytes, CHW.</param>
    public void CopyWindow(int top, int left, Size2D window, ChannelOrder order, Span<byte> target)
    {
        int plane = window.Height * window.Width, rowBytes = bitmap.RowBytes;
        Span<byte> first = target[..plane], second = target[plane..(2 * plane)], third = target[(2 * plane)..(3 * plane)];
        if (order == ChannelOrder.Rgb)
        {
            var blue = third;
            third = first;
            first = blue;
        }

        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        for (int row = 0, i = 0; row < window.Height; row++)
        {
            var line = pixels.Slice((top + row) * rowBytes + left * BytesPerPixel, window.Width * BytesPerPixel);
            for (int at = 0; at < line.Length; at += BytesPerPixel, i++)
            {
                first[i] = line[at];
                second[i] = line[at + 1];
                third[i] = line[at + 2];
            }
        }
    }

    public void Dispose() => bitmap.Dispose();

    private static SKCodec Open(string path)
    {
        try
        {
            // Read through .NET, whose errors say what is wrong with a file.
            using var bytes = SKData.CreateCopy(File.ReadAllBytes(path));
            var codec = SKCodec.Create(bytes);
            return codec is { EncodedFormat: SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png }
                ? codec
                : throw new DataException($"{path}: this is no JPEG or PNG picture ({(codec is null ? "its format is not known, or it is empty" : $"but {codec.EncodedFormat}")}). Repair the file or remove it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: the file cannot be read: {error.Message}", error);
        }
    }

    private static SKSizeI Resized(string path, int width, int height, int shortSide)
    {
        double scale = (double)shortSide / Math.Min(width, height);
        double longSide = Math.Round(Math.Max(width, height) * scale);
        if (longSide * shortSide > MostPixels)
            throw new DataException($"{path}: a picture of {width}×{height} would have {longSide}×{shortSide} pixels when resized; at most {MostPixels} are kept. Crop it.");
        return width < height ? new(shortSide, (int)longSide) : new((int)longSide, shortSide);
    }

    private static SKBitmap Scale(SKBitmap bitmap, SKSizeI target)
    {
        using var pixels = bitmap.PeekPixels();
        using var opaque = pixels.WithAlphaType(SKAlphaType.Opaque);
        var resized = new SKBitmap(new SKImageInfo(target.Width, target.Height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        using var destination = resized.PeekPixels();
        if (opaque.ScalePixels(destination, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
            return resized;
        resized.Dispose();
        throw new DataException($"a picture of {bitmap.Width}×{bitmap.Height} cannot be resized to {target.Width}×{target.Height}.");
    }

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "it is cut short",
        SKCodecResult.ErrorInInput => "its data are damaged",
        _ => $"{result}",
    };
}
