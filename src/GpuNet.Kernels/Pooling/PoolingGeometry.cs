using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// The windows of a max or average pooling, with Caffe's rounding: along each axis there are ⌈(size + 2·padding − filter) / stride⌉ + 1 of
/// them, so the last one may reach past the image; and if there is any padding, one that would start behind the image and its padding is dropped.
/// </summary>
/// <param name="Input">The input's shape, NCHW.</param>
/// <param name="Filter">The window, in pixels.</param>
/// <param name="Stride">From one window to the next, in pixels.</param>
/// <param name="Padding">Pixels added on each side; less than the window.</param>
public readonly record struct PoolingGeometry(Shape Input, Size2D Filter, Size2D Stride, Size2D Padding)
{
    /// <summary>The output's shape: the batch and channels of the input, one value a window.</summary>
    public Shape Output => Input with
    {
        H = Windows(Input.H, Filter.Height, Stride.Height, Padding.Height, Padding != default),
        W = Windows(Input.W, Filter.Width, Stride.Width, Padding.Width, Padding != default),
    };

    /// <summary>Checks that every window holds at least one pixel of the image.</summary>
    /// <param name="who">The layer or op, for the message.</param>
    /// <exception cref="ShapeException">A size is out of range, a window would be empty, or a tensor has more than 2³¹ − 2¹⁶ values.</exception>
    public void ThrowIfInvalid(string who)
    {
        ShapeException.ThrowIfEmpty(who, Input);
        if (Filter.Height < 1 || Filter.Width < 1 || Stride.Height < 1 || Stride.Width < 1)
            throw new ShapeException($"{who}: filter {Filter} and stride {Stride} must be at least 1 along both axes. Raise the one that is not.");
        if (Padding.Height < 0 || Padding.Width < 0 || Padding.Height >= Filter.Height || Padding.Width >= Filter.Width)
            throw new ShapeException($"{who}: padding {Padding} does not go with filter {Filter}; it must be at least 0 and less than the filter, or a window would hold padding only. Lower the padding.");
        // In 64 bits, since nothing has bounded the sizes yet.
        long height = Input.H + 2L * Padding.Height + Stride.Height, width = Input.W + 2L * Padding.Width + Stride.Width;
        if (height > int.MaxValue || width > int.MaxValue)
            throw new ShapeException($"{who}: input {Input.H}×{Input.W} with padding {Padding} and stride {Stride} spans {height}×{width} pixels; it may be {int.MaxValue} along an axis at most. Lower the padding or the stride.");
        ThrowIfAWindowIsEmpty(who, "height", Input.H, Filter.Height, Stride.Height, Padding.Height, Output.H);
        ThrowIfAWindowIsEmpty(who, "width", Input.W, Filter.Width, Stride.Width, Padding.Width, Output.W);
        ShapeException.ThrowIfTooLong(who, Input, Output);
    }

    private static int Windows(int size, int filter, int stride, int padding, bool anyPadding)
    {
        int room = size + 2 * padding - filter;
        int windows = (room > 0 ? (room + stride - 1) / stride : room / stride) + 1;
        return anyPadding && (windows - 1) * stride >= size + padding ? windows - 1 : windows;
    }

    private void ThrowIfAWindowIsEmpty(string who, string axis, int size, int filter, int stride, int padding, int windows)
    {
        if (windows < 1)
            throw new ShapeException($"{who}: filter {Filter} with stride {Stride} and padding {Padding} gives no window over input {Input}: along the {axis} it is {filter} over {size}. Lower the filter or raise the padding.");
        int start = (windows - 1) * stride - padding;
        if (start >= size)
            throw new ShapeException($"{who}: along the {axis}, window {windows - 1} of filter {Filter} with stride {Stride} starts at {start}, behind the {size} pixels of input {Input}; each window must hold a pixel. Lower the stride to the filter's size or raise the filter.");
    }
}
