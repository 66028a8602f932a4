using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// What the CPU's tile kernels compute: for each image and group, <c>y[o, oh, ow] = Σ w[o, c, kh, kw] · x[c, oh·s + kh·d − p, ow·s + kw·d − p]</c>,
/// zero outside the plane of x. A convolution's forward pass is one; its data gradient is one too, with the filter turned, stride 1 and
/// the output gradient spread out: <see cref="Insertion"/> − 1 zeros between its pixels where the convolution had a stride.
/// </summary>
/// <param name="Images">Images in the batch.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="InputChannels">Channels of x in one group.</param>
/// <param name="OutputChannels">Channels of y in one group.</param>
/// <param name="Source">Plane of x in memory.</param>
/// <param name="Insertion">Pixels of the correlated plane from one pixel of x to the next; 1 if x is used as it is.</param>
/// <param name="Filter">Filter.</param>
/// <param name="Stride">Stride.</param>
/// <param name="Padding">Zeros before the first row and column; below 0 it crops.</param>
/// <param name="Dilation">Pixels from one tap to the next.</param>
/// <param name="Output">Plane of y.</param>
/// <param name="SourceImage">Values from an image of x to the next: more than its channels hold if x is a window of a wider tensor.</param>
/// <param name="OutputImage">Values from an image of y to the next.</param>
internal readonly record struct Correlation(
    int Images, int Groups, int InputChannels, int OutputChannels,
    Size2D Source, Size2D Insertion, Size2D Filter, Size2D Stride, Size2D Padding, Size2D Dilation, Size2D Output,
    int SourceImage, int OutputImage)
{
    /// <summary>Taps of one input channel.</summary>
    public int Taps => Filter.Height * Filter.Width;

    /// <summary>Terms of one output value, in the order (kh, c, kw): the rows of a filter that lie inside the image are a range of them.</summary>
    public int Terms => Taps * InputChannels;

    /// <summary>Blocks that the output channels of a group fill, the last one perhaps in part.</summary>
    public int Blocks(int block) => (OutputChannels + block - 1) / block;

    /// <summary>The term of a weight of a filter, counted as stored: (input channel, kh, kw).</summary>
    public int TermOf(int weight)
    {
        int input = weight / Taps, tap = weight - input * Taps, kh = tap / Filter.Width;
        return (kh * InputChannels + input) * Filter.Width + tap - kh * Filter.Width;
    }

    /// <summary>Terms that one row of the filter gives.</summary>
    public int TermsPerFilterRow => InputChannels * Filter.Width;

    /// <summary>Whether x can be read in place: nothing to pad, nothing to spread, and neighbouring outputs read neighbouring pixels.</summary>
    public bool ReadsInPlace => Padding == 0 && Insertion == 1 && Stride.Width == 1;

    /// <summary>Where an image's first channel of a group starts in x.</summary>
    public long SourceAt(int image, int group) => (long)image * SourceImage + (long)group * InputChannels * Source.Height * Source.Width;

    /// <summary>Where an image's first channel of a group starts in y.</summary>
    public long OutputAt(int image, int group) => (long)image * OutputImage + (long)group * OutputChannels * Output.Height * Output.Width;

    /// <summary>The forward pass.</summary>
    /// <param name="geometry">The convolution.</param>
    /// <param name="outputImage">Values from an image of the convolution's output to the next.</param>
    public static Correlation Forward(ConvolutionGeometry geometry, int outputImage)
    {
        var (x, y) = (geometry.Input, geometry.Output);
        var correlation = new Correlation(
            x.N, geometry.Groups, x.C / geometry.Groups, y.C / geometry.Groups,
            new(x.H, x.W), 1, geometry.Filter, geometry.Stride, geometry.Padding, geometry.Dilation, new(y.H, y.W), x.ImageSize, outputImage);
        return correlation.AsLongRows();
    }

    /// <summary>The data gradient, of dy as x.</summary>
    /// <param name="geometry">The convolution.</param>
    /// <param name="outputImage">Values from an image of the convolution's output to the next.</param>
    public static Correlation BackwardData(ConvolutionGeometry geometry, int outputImage)
    {
        var (x, y) = (geometry.Input, geometry.Output);
        var reach = new Size2D((geometry.Filter.Height - 1) * geometry.Dilation.Height, (geometry.Filter.Width - 1) * geometry.Dilation.Width);
        var correlation = new Correlation(
            x.N, geometry.Groups, y.C / geometry.Groups, x.C / geometry.Groups,
            new(y.H, y.W), geometry.Stride, geometry.Filter, 1,
            new(reach.Height - geometry.Padding.Height, reach.Width - geometry.Padding.Width), geometry.Dilation, new(x.H, x.W), outputImage, x.ImageSize);
        return correlation.AsLongRows();
    }

    /// <summary>The first row of the filter that meets the plane of x, for a row of y.</summary>
    public int FirstFilterRow(int oh)
    {
        int above = Padding.Height - oh * Stride.Height;
        return above <= 0 ? 0 : Math.Min(Filter.Height, (above + Dilation.Height - 1) / Dilation.Height);
    }

    /// <summary>One past the last row of the filter that meets the plane of x, for a row of y.</summary>
    public int EndFilterRow(int oh)
    {
        int room = SpreadHeight - 1 - (oh * Stride.Height - Padding.Height);
        return room < 0 ? 0 : Math.Min(Filter.Height, room / Dilation.Height + 1);
    }

    /// <summary>Rows of the correlated plane: those of x and the zeros between them.</summary>
    public int SpreadHeight => (Source.Height - 1) * Insertion.Height + 1;

    // A 1×1 filter sees an image as long rows, so that tiles are not cut at the ends of short ones; as one row if no number of pixels divides it well.
    private Correlation AsLongRows()
    {
        const int shortest = 64, longest = 256;
        if (Filter != 1 || !ReadsInPlace || Stride != 1 || Source != Output)
            return this;
        int pixels = Source.Height * Source.Width, width = Math.Min(pixels, longest);
        while (pixels % width != 0)
            width--;
        var rows = width >= shortest ? new Size2D(pixels / width, width) : new(1, pixels);
        return this with { Source = rows, Output = rows };
    }
}
