using GpuNet.Kernels.Convolution;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Convolution;

public sealed class ConvolutionChoiceTests(string device) : DeviceFixture(device)
{
    // AlexNet's conv3, batch 16.
    private static readonly ConvolutionGeometry Conv3 = new(new(16, 256, 13, 13), 384, 3, 1, 1, 1, 1);

    [Test]
    public void Portable_devices_multiply_matrices_whatever_is_allowed()
    {
        if (Session.UsesTiles)
            Assert.Ignore("The CPU has tile kernels.");
        const string gemm = "implicit matrix multiply: a device without tile kernels";
        Assert.That(new ConvolutionOp(Session, Conv3).Choice, Is.EqualTo(new ConvolutionChoice(gemm, gemm, gemm)));
    }

    [Test]
    public void Large_3x3_layers_take_tiles_of_4x4()
    {
        var choice = ChoiceOf(Conv3);
        Assert.That(choice.Forward, Does.Match(@"^Winograd F\(4×4, 3×3\): \d\d % of the direct work, transforms included$"));
        Assert.That(choice.BackwardData, Does.StartWith("Winograd F(4×4, 3×3): "));
        Assert.That(choice.BackwardWeights, Does.StartWith("direct: "));
    }

    [Test]
    public void Large_5x5_layers_take_tiles_of_2x2()
    {
        var choice = ChoiceOf(new(new(16, 96, 27, 27), 256, 5, 1, 2, 1, 2));
        Assert.That(choice.Forward, Does.StartWith("Winograd F(2×2, 5×5): "));
        Assert.That(choice.BackwardData, Does.StartWith("Winograd F(2×2, 5×5): "));
    }

    [Test]
    public void One_small_image_takes_tiles_of_2x2() =>
        Assert.That(ChoiceOf(new(new(1, 256, 6, 6), 256, 3, 1, 1, 1, 1)).Forward, Does.StartWith("Winograd F(2×2, 3×3): "));

    [Test]
    public void The_options_can_rule_Winograd_out()
    {
        var choice = ChoiceOf(Conv3, new() { AllowWinograd = false });
        Assert.That(choice.Forward, Is.EqualTo("direct: the options rule Winograd out"));
        Assert.That(choice.BackwardData, Is.EqualTo(choice.Forward));
    }

    [Test]
    public void Other_filters_strides_and_dilations_are_direct()
    {
        foreach (var g in (ConvolutionGeometry[])[Conv3 with { Filter = 1 }, Conv3 with { Filter = new(3, 5) }, Conv3 with { Stride = 2 }, Conv3 with { Dilation = new(1, 2) }])
        {
            var choice = ChoiceOf(g);
            Assert.That(choice.Forward, Is.EqualTo("direct: Winograd needs a filter of 3×3 or 5×5, stride 1 and dilation 1"), g.ToString());
            Assert.That(choice.BackwardData, Is.EqualTo(choice.Forward), g.ToString());
        }
    }

    [Test]
    public void Few_channels_are_direct() =>
        Assert.That(ChoiceOf(new(new(16, 64, 28, 28), 64, 3, 1, 1, 1, 64)).Forward, Does.StartWith("direct").And.Contain("with 1 → 1 channels a group, Winograd's transforms cost more than they save"));

    [Test]
    public void Short_sums_over_rows_that_fill_vectors_take_pixels_in_the_lanes()
    {
        Assert.That(ChoiceOf(new(new(100, 3, 32, 32), 32, 5, 1, 2, 1, 1)).Forward, Does.StartWith("direct, pixels in the lanes: ").And.Contain("rows of 32"));
        Assert.That(ChoiceOf(new(new(100, 32, 32, 32), 32, 5, 2, 2, 1, 1)).Forward, Does.StartWith("direct: "), "long sums");
        Assert.That(ChoiceOf(new(new(100, 3, 37, 37), 32, 5, 1, 2, 1, 1)).Forward, Does.StartWith("direct: "), "rows that leave lanes empty");
    }

    private ConvolutionChoice ChoiceOf(ConvolutionGeometry g, ConvolutionOptions? options = null)
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only the CPU has a choice.");
        return new ConvolutionOp(Session, g, options).Choice;
    }
}
