using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Convolution;

/// <summary>The sizes of a convolution layer (a cross-correlation, as everywhere in the field), with its output rounded down.</summary>
/// <param name="Input">Shape of x: (N, C, H, W).</param>
/// <param name="OutputChannels">Channels of y: the number of filters.</param>
/// <param name="Filter">Taps of a filter.</param>
/// <param name="Stride">Input pixels from one window to the next.</param>
/// <param name="Padding">Zeros on each side of the input; may be as large as the filter or larger.</param>
/// <param name="Dilation">Input pixels from one tap to the next; 1 for an ordinary filter.</param>
/// <param name="Groups">Independent groups that the channels are split into: group g maps input channels g·C/Groups… to output channels
/// g·OutputChannels/Groups….</param>
public readonly record struct ConvolutionGeometry(
    Shape Input, int OutputChannels, Size2D Filter, Size2D Stride, Size2D Padding, Size2D Dilation, int Groups)
{
    /// <summary>Input pixels that a window spans: (filter − 1)·dilation + 1.</summary>
    public Size2D Window => new((Filter.Height - 1) * Dilation.Height + 1, (Filter.Width - 1) * Dilation.Width + 1);

    /// <summary>The shape of y: ⌊(input + 2·padding − window) / stride⌋ + 1 along each side.</summary>
    public Shape Output => new(
        Input.N,
        OutputChannels,
        (Input.H + 2 * Padding.Height - Window.Height) / Stride.Height + 1,
        (Input.W + 2 * Padding.Width - Window.Width) / Stride.Width + 1);

    /// <summary>The shape of the tensor that y stands in: y's own, or with all channels of the wider tensor that y is a window of.</summary>
    internal Shape OutputIn(ChannelWindow? window) => window is { } wide ? Output with { C = wide.Total } : Output;

    /// <summary>The shape of the weights: (OutputChannels, C/Groups, filter height, filter width).</summary>
    public Shape Weights => new(OutputChannels, GroupInputChannels, Filter.Height, Filter.Width);

    /// <summary>The shape of the bias: one value an output channel.</summary>
    public Shape Bias => Shape.Vector(OutputChannels);

    /// <summary>Input channels of a group.</summary>
    public int GroupInputChannels => Input.C / Groups;

    /// <summary>Output channels of a group.</summary>
    public int GroupOutputChannels => OutputChannels / Groups;

    /// <summary>Throws unless the layer exists.</summary>
    /// <param name="who">The op or layer, for the message.</param>
    /// <exception cref="ShapeException">A size is out of range, the groups do not divide the channels, the window does not fit into the
    /// padded input, or a tensor has more than 2³¹ − 2¹⁶ values.</exception>
    public void ThrowIfInvalid(string who)
    {
        ShapeException.ThrowIfEmpty(who, Input);
        if (OutputChannels < 1)
            throw new ShapeException($"{who}: {OutputChannels} output channels; there must be at least 1. Give the number of filters.");
        ThrowIfBelow(who, "filter", Filter, 1);
        ThrowIfBelow(who, "stride", Stride, 1);
        ThrowIfBelow(who, "padding", Padding, 0);
        ThrowIfBelow(who, "dilation", Dilation, 1);
        if (Groups < 1 || Input.C % Groups != 0 || OutputChannels % Groups != 0)
            throw new ShapeException($"{who}: {Groups} groups do not divide {Input.C} input and {OutputChannels} output channels; both must be multiples of the groups. Change the groups or the channels.");
        // In 64 bits, since nothing has bounded the sizes yet.
        long height = Input.H + 2L * Padding.Height, width = Input.W + 2L * Padding.Width;
        if (height > int.MaxValue || width > int.MaxValue)
            throw new ShapeException($"{who}: padding {Padding} makes an input of {height}×{width}; a padded side may have {int.MaxValue} pixels at most. Lower the padding.");
        if ((Filter.Height - 1L) * Dilation.Height >= height || (Filter.Width - 1L) * Dilation.Width >= width)
            throw new ShapeException($"{who}: filter {Filter} with padding {Padding} and dilation {Dilation} does not fit input {Input.H}×{Input.W}; a window must fit into the padded input. Lower the filter size or the dilation, or raise the padding.");
        ShapeException.ThrowIfTooLong(who, Input, Output, Weights);
    }

    private static void ThrowIfBelow(string who, string what, Size2D size, int minimum)
    {
        if (size.Height < minimum || size.Width < minimum)
            throw new ShapeException($"{who}: {what} {size}; both sides must be at least {minimum}. Raise the {what}.");
    }
}
