using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>
/// What one launch of <see cref="ConcatenationKernels"/> copies: in each image of the concatenated tensor the channels of up to four parts, which
/// lie one after the other. Sizes are in quads where every part begins at one and is made of them, otherwise in values.
/// </summary>
internal readonly struct ConcatenationRun
{
    private const int QuadLength = 4;

    private ConcatenationRun(int unit, int first, int length, int wholeImage, int images)
    {
        Unit = unit;
        First = first / unit;
        Length = length / unit;
        WholeImage = wholeImage / unit;
        Items = images * Length;
        PerImage = new Divider(Length);
    }

    /// <summary>Values of a unit: 4 or 1.</summary>
    public int Unit { get; }

    /// <summary>Where the first part begins in an image of the whole.</summary>
    public int First { get; }

    /// <summary>Units of all parts in an image.</summary>
    public int Length { get; }

    /// <summary>Units of an image of the whole.</summary>
    public int WholeImage { get; }

    /// <summary>Units of all images.</summary>
    public int Items { get; }

    /// <summary>Divides by <see cref="Length"/>.</summary>
    public Divider PerImage { get; }

    /// <summary>Plans a launch; the parts that are there come first and follow each other in the whole.</summary>
    public static ConcatenationRun Of(
        in ConcatenationPart a, in ConcatenationPart b, in ConcatenationPart c, in ConcatenationPart d, ArrayView<float> whole, int wholeImage, int images)
    {
        bool vectors = (wholeImage | a.First | a.Image | b.Image | c.Image | d.Image) % QuadLength == 0
            && QuadPlan.AreAligned(a.View, b.View, c.View, d.View, whole);
        return new(vectors ? QuadLength : 1, a.First, a.Image + b.Image + c.Image + d.Image, wholeImage, images);
    }

    /// <summary>A part with its sizes in units.</summary>
    public ConcatenationPart PartOf(in ConcatenationPart part) => new(part.View, part.Image / Unit, part.First / Unit);
}
