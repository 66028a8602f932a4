using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.Convolution;

/// <summary>A place along terms that run through planes, one plane an image: it goes on without dividing.</summary>
/// <param name="plane">Terms of a plane.</param>
/// <param name="image">Values from an image to the next.</param>
/// <param name="pitch">Values from a term to the next; 0 where a table holds the terms' places in an image.</param>
internal struct PlaneWalk(int plane, int image, int pitch)
{
    private readonly int plane = plane, image = image, pitch = pitch;
    private int stepWithin, step, jump;

    /// <summary>The term's place in its plane.</summary>
    public int Within { get; private set; }

    /// <summary>Where its value is, or its image if a table holds the rest.</summary>
    public int At { get; private set; }

    public void Start(GemmShare share, int offset)
    {
        int images = share.Term / plane, imagesOfStep = share.Step / plane;
        Within = share.Term - images * plane;
        At = offset + images * image + Within * pitch;
        stepWithin = share.Step - imagesOfStep * plane;
        step = imagesOfStep * image + stepWithin * pitch;
        jump = image - plane * pitch;
    }

    public void Advance()
    {
        int within = Within + stepWithin, at = At + step;
        bool isNext = within >= plane;
        Within = Utilities.Select(isNext, within - plane, within);
        At = Utilities.Select(isNext, at + jump, at);
    }
}

/// <summary>
/// A matrix whose lines are planes, one below the other, of which each image has its own, so that a line goes on in the next image: channels of images, whose
/// terms are the pixels of a batch; or weights, whose images are filters.
/// </summary>
/// <param name="values">The matrix.</param>
/// <param name="plane">Terms of a line in one image.</param>
/// <param name="image">Values from an image to the next.</param>
/// <param name="group">Values from the lines of one product to those of the next.</param>
internal struct PlaneRows<TAlignment>(ArrayView<float> values, int plane, int image, int group) : IGemmOperand
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int plane = plane, group = group;
    private PlaneWalk walk = new(plane, image, pitch: 1);
    private int line0, line1, line2, line3, terms;

    public static GemmAccess Access => TAlignment.IsAligned ? GemmAccess.AlongDepth : GemmAccess.QuadsAlongDepth;

    public void Start(GemmShare share)
    {
        walk.Start(share, share.Group * group);
        int last = share.Lines - 1;
        line0 = Math.Min(share.Line, last) * plane;
        line1 = Math.Min(share.Line + 1, last) * plane;
        line2 = Math.Min(share.Line + 2, last) * plane;
        line3 = Math.Min(share.Line + 3, last) * plane;
        terms = share.Terms;
    }

    public Quad Load(int after)
    {
        bool inside = after < terms;
        int at = walk.At;
        walk.Advance();
        if (TAlignment.IsAligned)
            return values.QuadIf(line0 + at, inside);
        return values.QuadIf(line0 + at, line1 + at, line2 + at, line3 + at, inside);
    }
}

/// <summary>
/// A matrix whose lines lie side by side, a plane of them in each image: pixels of a batch, whose terms are its channels; or weights, which are one image.
/// Planes are multiples of 4.
/// </summary>
/// <param name="values">The matrix, which starts at a multiple of 16 bytes.</param>
/// <param name="plane">Lines in an image, and values from a term to the next.</param>
/// <param name="image">Values from an image to the next.</param>
/// <param name="group">Values from the terms of one product to those of the next.</param>
internal struct PlaneColumns(ArrayView<float> values, int plane, int image, int group) : IGemmOperand
{
    private readonly ArrayView<float> values = values;
    private readonly int plane = plane, image = image, group = group;
    private int first, terms;

    public static GemmAccess Access => GemmAccess.QuadsOfLines;

    public void Start(GemmShare share)
    {
        int line = Math.Min(share.Line, share.Lines - 4), images = line / plane;
        first = share.Group * group + images * image + (line - images * plane) + share.Term * plane;
        terms = share.Terms;
    }

    public readonly Quad Load(int after) => values.QuadIf(first + after * plane, after < terms);
}

/// <summary>Windows over images: a value is found from the place of its pixel and that of its tap, and is 0 outside, whatever memory holds.</summary>
internal readonly struct Windows<TPlace>(ArrayView<float> values, ArrayView<TPlace> pixels, ArrayView<PlaceQuad<TPlace>> taps, WindowSizes sizes)
    where TPlace : unmanaged, IPlace<TPlace>
{
    private readonly ArrayView<float> values = values;
    private readonly ArrayView<TPlace> pixels = pixels;
    private readonly ArrayView<PlaceQuad<TPlace>> taps = taps;

    public WindowSizes Sizes { get; } = sizes;

    /// <summary>A pixel of an image's plane.</summary>
    public TPlace Pixel(int pixel) => GlobalMemoryIntrinsics.Load(ref pixels[0], pixel, pixels.Length);

    /// <summary>Four taps, those of one Quad.</summary>
    public PlaceQuad<TPlace> Taps(int quad) => GlobalMemoryIntrinsics.Load(ref taps[0], quad, taps.Length);

    public Quad Load(PlaceQuad<TPlace> places, TPlace other) => new()
    {
        V0 = Load(places.V0, other),
        V1 = Load(places.V1, other),
        V2 = Load(places.V2, other),
        V3 = Load(places.V3, other),
    };

    private float Load(TPlace place, TPlace other) => values.ValueIf(place.Offset + other.Offset, place.Meets(other, Sizes));
}

/// <summary>Windows as columns, taps as terms: the right matrix of the forward pass, and of the gradient of the input.</summary>
internal struct WindowColumns<TPlace>(Windows<TPlace> windows) : IGemmOperand
    where TPlace : unmanaged, IPlace<TPlace>
{
    private readonly Windows<TPlace> windows = windows;
    private TPlace pixel;
    private int quad, step;

    public static GemmAccess Access => GemmAccess.AlongLines;

    public void Start(GemmShare share)
    {
        var sizes = windows.Sizes;
        int line = Math.Min(share.Line, share.Lines - 1), image = line / sizes.Plane;
        pixel = windows.Pixel(line - image * sizes.Plane).Moved(image * sizes.Image + share.Group * sizes.Group);
        quad = share.Term >>> 2;
        step = share.Step >>> 2;
    }

    // Sums are not split, and the taps past the last one are outside: there is no end to look for.
    public Quad Load(int after)
    {
        var taps = windows.Taps(quad);
        quad += step;
        return windows.Load(taps, pixel);
    }
}

/// <summary>Taps as columns, windows as terms: the right matrix of the gradient of the weights.</summary>
internal struct TapColumns<TPlace>(Windows<TPlace> windows) : IGemmOperand
    where TPlace : unmanaged, IPlace<TPlace>
{
    private readonly Windows<TPlace> windows = windows;
    private PlaneWalk walk = new(windows.Sizes.Plane, windows.Sizes.Image, pitch: 0);
    private PlaceQuad<TPlace> taps;
    private int terms;

    public static GemmAccess Access => GemmAccess.QuadsAlongDepth;

    public void Start(GemmShare share)
    {
        walk.Start(share, share.Group * windows.Sizes.Group);
        taps = windows.Taps(Math.Min(share.Line, share.Lines - 1) >>> 2);
        terms = share.Terms;
    }

    public Quad Load(int after)
    {
        var pixel = windows.Pixel(walk.Within).Moved(walk.At).OutsideUnless(after < terms);
        walk.Advance();
        return windows.Load(taps, pixel);
    }
}

/// <summary>Images as a result: channels of a group as rows, the pixels of the batch as columns.</summary>
/// <param name="values">The images.</param>
/// <param name="groupChannels">Channels of a group.</param>
/// <param name="plane">Pixels of a channel.</param>
/// <param name="image">Values from an image to the next.</param>
/// <param name="epilogue">What is done to the values.</param>
internal readonly struct ImageResult<TAlignment>(ArrayView<float> values, int groupChannels, int plane, int image, GemmEpilogue epilogue) : IGemmResult
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int groupChannels = groupChannels, plane = plane, image = image;
    private readonly GemmEpilogue epilogue = epilogue;

    public int Row(int split, int group, int row) => (group * groupChannels + row) * plane;

    public GemmColumns Columns(int column, int columns)
    {
        int images = Math.Min(column, columns - 1) / plane, within = column - images * plane;
        int offset = images * image + within;
        // From the last pixel of an image to the first of the next.
        int jump = image - plane;
        return new(column, columns - column, offset, At(offset, within, 1, jump), At(offset, within, 2, jump), At(offset, within, 3, jump));
    }

    public void Store(int group, int row, int offset, GemmColumns columns, Quad values)
    {
        int at = offset + columns.Offset0;
        values = epilogue.AddBias(values, group * groupChannels + row);
        if (TAlignment.IsAligned)
        {
            this.values.Cast<Quad>()[at >>> 2] = epilogue.Finish(values, at);
            return;
        }

        // What is past the last column is finished as if it stood at the first.
        int at1 = Utilities.Select(columns.Count > 1, offset + columns.Offset1, at);
        int at2 = Utilities.Select(columns.Count > 2, offset + columns.Offset2, at);
        int at3 = Utilities.Select(columns.Count > 3, offset + columns.Offset3, at);
        values = epilogue.Finish(values, at, at1, at2, at3);
        this.values[at] = values.V0;
        if (columns.Count > 1)
            this.values[at1] = values.V1;
        if (columns.Count > 2)
            this.values[at2] = values.V2;
        if (columns.Count > 3)
            this.values[at3] = values.V3;
    }

    // A plane of fewer than 3 pixels takes several jumps.
    private int At(int offset, int within, int columns, int jump)
    {
        int images = (within + columns) / plane;
        return offset + columns + images * jump;
    }
}
