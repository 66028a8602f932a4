using GpuNet.Bench.Kernels;
using GpuNet.Bench.Rooflines;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Bench.Tests;

public sealed class RooflineTests
{
    // 28 multiprocessors.
    private static readonly Gpu Gpu = Rooflines.Gpu.All[0] with { FlopsPerSecond = 1e12, BytesPerSecond = 1e9 };

    [TestCase(KernelPass.Forward)]
    [TestCase(KernelPass.BackwardData)]
    [TestCase(KernelPass.BackwardWeights)]
    public void Every_pass_of_a_convolution_multiplies_what_it_nominally_does(KernelPass pass)
    {
        var geometry = new ConvolutionGeometry(new(2, 8, 9, 9), 12, 3, 1, 1, 1, 2);
        var product = Product.Of(geometry, pass);
        Assert.That(product.Flops, Is.EqualTo(2.0 * 2 * 9 * 9 * 12 * 4 * 9));
        Assert.That(product.Bytes, Is.EqualTo(4 * (2 * 8 * 81 + 12 * 4 * 9 + 2 * 12 * 81)));
    }

    [Test]
    public void A_product_of_whole_blocks_reaches_the_peak_and_one_more_row_does_not()
    {
        Assert.That(Product.Of(new MatrixMultiplyGeometry(28 * 128, 1280, 8192, false, false)).On(Gpu with { BytesPerSecond = 1e12 }).FlopsPerSecond, Is.EqualTo(1e12).Within(1e6));
        Assert.That(Product.Of(new MatrixMultiplyGeometry(28 * 128 + 1, 1280, 8192, false, false)).On(Gpu with { BytesPerSecond = 1e12 }).FlopsPerSecond, Is.LessThan(0.97e12));
    }

    [Test]
    public void A_thin_product_is_bound_by_the_memory()
    {
        var product = Product.Of(new MatrixMultiplyGeometry(16, 4096, 4096, false, true));
        var bound = product.On(Gpu);
        Assert.That(bound.IsMemory);
        Assert.That(bound.FlopsPerSecond, Is.LessThanOrEqualTo(product.Flops / product.Bytes * 1e9));
    }
}
