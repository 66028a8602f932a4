using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// One axis of the windows that a pass gathers: at which coordinate of the gathered image tap t of pixel p lies, if it lies in it. The coordinate is a
/// sum of a part for the pixel and a part for the tap, with a stride in either direction.
/// </summary>
internal sealed class WindowAxis
{
    private readonly int stride, padding, dilation, span;
    private readonly bool covering;

    private WindowAxis(int extent, int pixels, int taps, int stride, int padding, int dilation, bool covering)
    {
        (Extent, Pixels, Taps) = (extent, pixels, taps);
        (this.stride, this.padding, this.dilation, this.covering) = (stride, padding, dilation, covering);
        if (!covering)
            return;
        // So far apart that coordinates of different remainders never meet in the image.
        long apart = Math.Max((pixels - 1L + padding) / stride, (taps - 1L) * dilation / stride) + extent + 1;
        if (apart * stride > int.MaxValue)
            throw new ShapeException($"convolution: the gradient of {pixels} pixels with padding {padding}, {taps} taps, stride {stride} and dilation {dilation} needs {apart * stride} coordinates; there may be {int.MaxValue} at most. Lower the padding or the dilation.");
        span = (int)apart;
    }

    /// <summary>Coordinates of the gathered image.</summary>
    public int Extent { get; }

    /// <summary>Pixels that have a window.</summary>
    public int Pixels { get; }

    /// <summary>Taps of a window.</summary>
    public int Taps { get; }

    /// <summary>Windows over the input: output pixel p's tap t is at p·stride − padding + t·dilation.</summary>
    public static WindowAxis Forward(int input, int output, int taps, int stride, int padding, int dilation) =>
        new(input, output, taps, stride, padding, dilation, covering: false);

    /// <summary>
    /// Windows that cover an input pixel: p + padding − t·dilation is the place of the first tap, which is an output pixel's if it is a multiple of the stride.
    /// With p + padding = a·stride + b and t·dilation = c·stride + d it is one if b = d, and the output pixel is a − c.
    /// </summary>
    public static WindowAxis Covering(int input, int output, int taps, int stride, int padding, int dilation) =>
        new(output, input, taps, stride, padding, dilation, covering: true);

    /// <summary>The pixel's part of the coordinate.</summary>
    public int PixelOffset(int pixel) => covering ? (pixel + padding) / stride : pixel * stride - padding;

    /// <summary>The tap's part of the coordinate.</summary>
    public int TapOffset(int tap) => covering ? -(tap * dilation / stride) : tap * dilation;

    /// <summary>The pixel's part of a number that is below the extent, unsigned, just where the value lies in the image.</summary>
    public int PixelCode(int pixel) => PixelOffset(pixel) + (covering ? (pixel + padding) % stride * span : 0);

    /// <summary>The tap's part of that number.</summary>
    public int TapCode(int tap) => TapOffset(tap) - (covering ? tap * dilation % stride * span : 0);

    /// <summary>Whether a value lies in the image.</summary>
    public bool Meet(int pixel, int tap) => (uint)(PixelCode(pixel) + TapCode(tap)) < (uint)Extent;
}
