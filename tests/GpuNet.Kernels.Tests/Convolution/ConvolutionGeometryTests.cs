using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tests.Convolution;

public sealed class ConvolutionGeometryTests
{
    private static readonly ConvolutionGeometry Valid = new(new(2, 6, 8, 9), 4, 3, 1, 0, 1, 2);

    [Test]
    public void The_output_is_rounded_down()
    {
        Assert.That((Valid with { Stride = new(2, 3), Padding = new(1, 0) }).Output, Is.EqualTo(new Shape(2, 4, 4, 3)));
        Assert.That((Valid with { Dilation = new(2, 4) }).Output, Is.EqualTo(new Shape(2, 4, 4, 1)));
        Assert.That((Valid with { Input = new(100, 6, 227, 227), Filter = 11, Stride = 4 }).Output, Is.EqualTo(new Shape(100, 4, 55, 55)));
    }

    [Test]
    public void Weights_see_the_channels_of_their_group()
    {
        Assert.That(Valid.Weights, Is.EqualTo(new Shape(4, 3, 3, 3)));
        Assert.That(Valid.Bias, Is.EqualTo(Shape.Vector(4)));
    }

    [Test]
    public void A_filter_that_does_not_fit_is_refused_and_one_that_just_fits_is_not()
    {
        var g = Valid with { Input = new(1, 6, 3, 9), Filter = 5 };
        Assert.That(() => g.ThrowIfInvalid("conv2"), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "conv2: filter 5×5 with padding 0×0 and dilation 1×1 does not fit input 3×9; a window must fit into the padded input. Lower the filter size or the dilation, or raise the padding."));
        Assert.That(() => (g with { Padding = 1 }).ThrowIfInvalid("conv2"), Throws.Nothing);
    }

    [Test]
    public void Sizes_out_of_range_are_refused_by_name()
    {
        Refuses(Valid with { Input = new(0, 6, 8, 9) }, "input 0×6×8×9");
        Refuses(Valid with { OutputChannels = 0 }, "0 output channels");
        Refuses(Valid with { Filter = new(3, 0) }, "filter 3×0");
        Refuses(Valid with { Stride = new(0, 1) }, "stride 0×1");
        Refuses(Valid with { Padding = new(0, -1) }, "padding 0×-1");
        Refuses(Valid with { Dilation = 0 }, "dilation 0×0");
        Refuses(Valid with { Groups = 0 }, "0 groups");
        Refuses(Valid with { Groups = 4 }, "4 groups do not divide 6 input and 4 output channels");
        Refuses(Valid with { OutputChannels = 5 }, "2 groups do not divide 6 input and 5 output channels");
        Refuses(Valid with { Dilation = int.MaxValue }, "does not fit");
        Refuses(Valid with { Padding = int.MaxValue }, "Lower the padding");
        Refuses(Valid with { Input = new(100000, 6, 800, 900) }, "100000×6×800×900 has more than");
    }

    [TestCase(100, 2)]
    [TestCase(17, 2)]
    [TestCase(16, 3)]
    [TestCase(9, 7)]
    [TestCase(1, 4)]
    public void Bands_of_rows_keep_any_number_of_workers_evenly_busy(int images, int workers)
    {
        var g = new ConvolutionGeometry(new(images, 32, 64, 16), 32, 5, 1, 2, 1, 1);
        var forward = Correlation.Forward(g, g.Output.ImageSize);
        int items = images * RowBands.Of(forward, workers).Count;
        int most = (items + workers - 1) / workers;
        Assert.That(items / (double)(most * workers), Is.GreaterThanOrEqualTo(0.95), $"{items} items");
    }

    [Test]
    public void A_copy_of_whole_images_that_32_bits_do_not_count_is_made_band_by_band()
    {
        // The gradient of 16×16 patches: 768 channels, each spread over 1715×1715 pixels.
        var g = new ConvolutionGeometry(new(8, 3, 1700, 1700), 768, 16, 16, 0, 1, 1);
        g.ThrowIfInvalid("patches");
        var backward = Correlation.BackwardData(g, 0);
        const long band = 768L * 16 * 1715;
        Assert.That(Staging.LengthOf(backward, 1700), Is.GreaterThan(int.MaxValue));
        Assert.That(CorrelationTile.StagedLength(backward, 2), Is.InRange(band, band + 64));
        Assert.That(CorrelationTile.WorkspaceLength(backward, 2), Is.InRange(2 * band, 3 * band));
    }

    private static void Refuses(ConvolutionGeometry geometry, string expected) =>
        Assert.That(() => geometry.ThrowIfInvalid("conv1"), Throws.TypeOf<ShapeException>().With.Message.StartsWith("conv1: ").And.Message.Contains(expected));
}
