using GpuNet.Kernels.MatrixMultiply;
using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.Convolution;

/// <summary>The input as the windows over it: a value is found from an output pixel (n, i, j) and a tap (c, r, s).</summary>
internal readonly struct Windows(ArrayView<float> x, ConvolutionSizes sizes)
{
    private readonly ArrayView<float> x = x;
    private readonly ConvolutionSizes sizes = sizes;

    /// <summary>Where an output pixel's window starts, in the padded input.</summary>
    public Place Pixel(int pixel)
    {
        int n = pixel / sizes.OutputPlane, ij = pixel - n * sizes.OutputPlane;
        int i = ij / sizes.OutputWidth, j = ij - i * sizes.OutputWidth;
        return new(n * sizes.InputImage, i * sizes.StrideHeight - sizes.PaddingHeight, j * sizes.StrideWidth - sizes.PaddingWidth);
    }

    /// <summary>Where a tap lies in a window.</summary>
    public Place Tap(int tap)
    {
        int c = tap / sizes.Taps, rs = tap - c * sizes.Taps;
        int r = rs / sizes.FilterWidth, s = rs - r * sizes.FilterWidth;
        return new(c * sizes.InputPlane, r * sizes.DilationHeight, s * sizes.DilationWidth);
    }

    /// <summary>Shifts a place to the first input channel of a group.</summary>
    public Place InGroup(int group, Place place) => place with { Offset = place.Offset + group * sizes.GroupInputChannels * sizes.InputPlane };

    public float Load(Place pixel, Place tap)
    {
        int y = pixel.Y + tap.Y, column = pixel.X + tap.X;
        bool inside = y >= 0 & y < sizes.InputHeight & column >= 0 & column < sizes.InputWidth;
        int offset = pixel.Offset + tap.Offset + y * sizes.InputWidth + column;
        return Utilities.Select(inside, x[Utilities.Select(inside, offset, 0)], 0f);
    }
}

/// <summary>Forward, right: windows as columns, taps as terms.</summary>
internal struct WindowColumns(Windows windows) : IGemmOperand
{
    private readonly Windows windows = windows;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongLines;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line) => windows.InGroup(group, windows.Pixel(line));

    private readonly Place Depth(int depth) => windows.Tap(depth);

    private readonly float Load(Place line, Place depth) => windows.Load(line, depth);
}

/// <summary>Gradient of the weights, right: taps as columns, windows as terms.</summary>
internal struct TapColumns(Windows windows) : IGemmOperand
{
    private readonly Windows windows = windows;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line) => windows.InGroup(group, windows.Tap(line));

    private readonly Place Depth(int depth) => windows.Pixel(depth);

    private readonly float Load(Place line, Place depth) => windows.Load(depth, line);
}

/// <summary>Forward, left: filters as rows, their taps as terms.</summary>
internal struct FilterRows(ArrayView<float> w, ConvolutionSizes sizes) : IGemmOperand
{
    private readonly ArrayView<float> w = w;
    private readonly ConvolutionSizes sizes = sizes;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line) => new((group * sizes.GroupOutputChannels + line) * sizes.FilterLength, 0, 0);

    private static Place Depth(int depth) => new(depth, 0, 0);

    private readonly float Load(Place line, Place depth) => w[line.Offset + depth.Offset];
}

/// <summary>Gradient of the input, left: input channels as rows, (filter, r, s) as terms.</summary>
internal struct ChannelRows(ArrayView<float> w, ConvolutionSizes sizes) : IGemmOperand
{
    private readonly ArrayView<float> w = w;
    private readonly ConvolutionSizes sizes = sizes;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line) => new(group * sizes.GroupOutputChannels * sizes.FilterLength + line * sizes.Taps, 0, 0);

    private readonly Place Depth(int depth)
    {
        int o = depth / sizes.Taps;
        return new(o * sizes.FilterLength + (depth - o * sizes.Taps), 0, 0);
    }

    private readonly float Load(Place line, Place depth) => w[line.Offset + depth.Offset];
}

/// <summary>Gradient of the input, right: input pixels as columns, (filter, r, s) as terms: dy of the window that has the pixel at that tap.</summary>
internal struct CoveringWindows(ArrayView<float> dy, ConvolutionSizes sizes) : IGemmOperand
{
    private readonly ArrayView<float> dy = dy;
    private readonly ConvolutionSizes sizes = sizes;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongLines;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line)
    {
        int n = line / sizes.InputPlane, hw = line - n * sizes.InputPlane;
        int h = hw / sizes.InputWidth, w = hw - h * sizes.InputWidth;
        int offset = n * sizes.OutputImage + group * sizes.GroupOutputChannels * sizes.OutputPlane;
        return new(offset, h + sizes.PaddingHeight, w + sizes.PaddingWidth);
    }

    private readonly Place Depth(int depth)
    {
        int o = depth / sizes.Taps, rs = depth - o * sizes.Taps;
        int r = rs / sizes.FilterWidth, s = rs - r * sizes.FilterWidth;
        return new(o * sizes.OutputPlane, r * sizes.DilationHeight, s * sizes.DilationWidth);
    }

    // The window starts at y, column of the padded input, which must be a multiple of the stride.
    private readonly float Load(Place line, Place depth)
    {
        int y = line.Y - depth.Y, column = line.X - depth.X;
        int i = Divide(Math.Max(y, 0), sizes.StrideHeight), j = Divide(Math.Max(column, 0), sizes.StrideWidth);
        bool inside = i * sizes.StrideHeight == y & i < sizes.OutputHeight & j * sizes.StrideWidth == column & j < sizes.OutputWidth;
        int offset = line.Offset + depth.Offset + i * sizes.OutputWidth + j;
        return Utilities.Select(inside, dy[Utilities.Select(inside, offset, 0)], 0f);
    }

    // A division costs a GPU some twenty instructions, and most strides are 1.
    private static int Divide(int value, int stride) => stride == 1 ? value : value / stride;
}

/// <summary>Gradient of the weights, left: output channels as rows, output pixels as terms.</summary>
internal struct OutputRows(ArrayView<float> dy, ConvolutionSizes sizes) : IGemmOperand
{
    private readonly ArrayView<float> dy = dy;
    private readonly ConvolutionSizes sizes = sizes;

    private Place place;
    private int end;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        place = Line(share.Group, Math.Min(share.Line, share.Lines - 1));
        end = share.End;
    }

    public readonly Quad Load(int term) => new() { V0 = Value(term), V1 = Value(term + 1), V2 = Value(term + 2), V3 = Value(term + 3) };

    private readonly float Value(int term) => Utilities.Select(term < end, Load(place, Depth(Utilities.Select(term < end, term, 0))), 0f);

    private readonly Place Line(int group, int line) => new((group * sizes.GroupOutputChannels + line) * sizes.OutputPlane, 0, 0);

    private readonly Place Depth(int depth)
    {
        int n = depth / sizes.OutputPlane;
        return new(n * sizes.OutputImage + (depth - n * sizes.OutputPlane), 0, 0);
    }

    private readonly float Load(Place line, Place depth) => dy[line.Offset + depth.Offset];
}

/// <summary>Images as a result: channels of a group as rows, the pixels of the batch as columns.</summary>
internal readonly struct ImageResult(ArrayView<float> values, int groupChannels, int plane, int image, GemmEpilogue epilogue) : IGemmResult
{
    private readonly ArrayView<float> values = values;
    private readonly int groupChannels = groupChannels, plane = plane, image = image;
    private readonly GemmEpilogue epilogue = epilogue;

    public int Row(int split, int group, int row) => (group * groupChannels + row) * plane;

    public GemmColumns Columns(int column, int columns)
    {
        int last = columns - 1;
        return new(column, columns - column, Column(Math.Min(column, last)), Column(Math.Min(column + 1, last)), Column(Math.Min(column + 2, last)), Column(Math.Min(column + 3, last)));
    }

    public void Store(int group, int row, int offset, GemmColumns columns, Quad values)
    {
        int channel = group * groupChannels + row;
        Store(offset + columns.Offset0, channel, values.V0);
        if (columns.Count > 1)
            Store(offset + columns.Offset1, channel, values.V1);
        if (columns.Count > 2)
            Store(offset + columns.Offset2, channel, values.V2);
        if (columns.Count > 3)
            Store(offset + columns.Offset3, channel, values.V3);
    }

    private int Column(int column)
    {
        int n = column / plane;
        return n * image + (column - n * plane);
    }

    private void Store(int at, int channel, float value) => values[at] = epilogue.Finish(value, at, channel);
}
