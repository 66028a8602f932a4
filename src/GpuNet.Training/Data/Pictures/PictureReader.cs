using System.IO.Hashing;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Tensors;
using SkiaSharp;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// Reads JPEG and PNG files, one after another, and cuts windows out of them as they are once they were resized. Grey and CMYK files become colours; of 16 bits
/// a channel the upper 8 are kept; transparent pixels keep their colours, and colour profiles and the orientation in a camera's tags are left out of
/// account, as in Caffe. Its buffers are used again for the next file. For one thread at a time.
/// </summary>
internal sealed class PictureReader(PictureOptions options)
{
    // 256 MB decoded: more than any camera's, and a bound on what a small file can ask for.
    private const long MostPixels = 1L << 26;

    // Of a progressive JPEG the decoder keeps 6 bytes for each pixel of the file, whatever share of its size it is decoded at.
    private const long MostFilePixels = 1L << 28;
    private const int MostFileBytes = 1 << 28;
    private const int MostSide = 1 << 24;

    // A larger buffer is given back with the next file.
    private const int LargestKept = 1 << 24;
    private const int BytesPerPixel = 4;

    // A JPEG may be decoded at such a share of its size, the sides rounded up.
    private static readonly int[] Denominators = [8, 4, 2];

    // So many pixels for one, along each side, are left for the filter, which is better than the decoder's.
    private const int Reserve = 2;

    private readonly PictureResampler resampler = new();
    private byte[] file = [], pixels = [];
    private Size2D decoded;

    // What the decoded pixels stand for, in their own unit: not quite their number where a side was rounded up.
    private double fullHeight, fullWidth;

    /// <summary>Rows and columns of the picture, resized.</summary>
    public Size2D Size { get; private set; }

    /// <summary>Tells the bytes of the file that was read last from others; never 0.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file cannot be read, is no picture, is cut short, or is too large.</exception>
    public void Read(string path)
    {
        int length = ReadBytes(path);
        if (length == 0)
            throw new DataException($"{path} is empty; it must be a JPEG or PNG picture. Repair the file or remove it.");
        Fingerprint = XxHash3.HashToUInt64(file.AsSpan(0, length)) | 1;
        using var data = SKData.Create(AddressOf(file), length);
        using var codec = SKCodec.Create(data);
        if (codec is not { EncodedFormat: SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png })
            throw new DataException($"{path} is no JPEG or PNG picture ({(codec is null ? "its format is not known" : $"but {codec.EncodedFormat}")}). Repair the file or remove it.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        Size = Resized(path, new(height, width));
        int denominator = Denominators.FirstOrDefault(d => width >= Reserve * d * Size.Width && height >= Reserve * d * Size.Height, 1);
        var scaled = codec.GetScaledDimensions(1f / denominator);
        // A PNG is not scaled.
        (fullHeight, fullWidth) = scaled.Width == width ? (height, width) : ((double)height / denominator, (double)width / denominator);
        if ((long)width * height > MostFilePixels || (long)scaled.Width * scaled.Height > MostPixels)
            throw new DataException($"{path}: the picture has {width}×{height} pixels; at most {MostPixels} are decoded, of a JPEG that is reduced on the way {MostFilePixels}. Make it smaller.");
        decoded = new(scaled.Height, scaled.Width);
        pixels = AtLeast(pixels, scaled.Width * scaled.Height * BytesPerPixel);
        // Unpremultiplied, so that transparent pixels keep their colours; no colour space, so that none is converted.
        var info = new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Bgra8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        var result = codec.GetPixels(info, AddressOf(pixels));
        if (result != SKCodecResult.Success)
            throw new DataException($"{path}: the picture cannot be decoded ({Reason(result)}). Repair the file or remove it.");
    }

    /// <summary>Copies a window of the picture that was read last, channel by channel. The pixels outside it are not computed.</summary>
    /// <param name="top">Its first row.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="window">Its rows and columns.</param>
    /// <param name="target">Gets C·rows·columns bytes, CHW.</param>
    public void CopyWindow(int top, int left, Size2D window, Span<byte> target) =>
        resampler.Run(pixels, decoded, fullHeight / Size.Height, fullWidth / Size.Width, top, left, window, options.Channels, target);

    private int ReadBytes(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            if (length > MostFileBytes)
                throw new DataException($"{path} has {length} bytes; at most {MostFileBytes} of a picture are read. Make it smaller.");
            file = AtLeast(file, (int)length);
            int read = 0;
            while (read < length && RandomAccess.Read(handle, file.AsSpan(read, (int)length - read), read) is > 0 and var more)
                read += more;
            return read;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Not supported is the length of what is no file, such as a pipe.
            throw new DataException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private Size2D Resized(string path, Size2D picture)
    {
        double scale = Math.Max((double)options.Size.Height / picture.Height, (double)options.Size.Width / picture.Width);
        double height = Math.Max(options.Size.Height, Math.Round(picture.Height * scale)), width = Math.Max(options.Size.Width, Math.Round(picture.Width * scale));
        return Math.Max(height, width) <= MostSide
            ? new((int)height, (int)width)
            : throw new DataException($"{path}: a picture of {picture.Height}×{picture.Width} pixels would become {height}×{width} when it is resized; a side may have {MostSide} at most. Crop it.");
    }

    private static byte[] AtLeast(byte[] buffer, int length) => buffer.Length >= length && (buffer.Length <= LargestKept || length > LargestKept)
        ? buffer
        : GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private static nint AddressOf(byte[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "it is cut short",
        SKCodecResult.ErrorInInput => "its data are damaged",
        _ => $"{result}",
    };
}
