using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Verification.Tests;

/// <summary>The references themselves: results that can be worked out by hand, and gradients that are the adjoints of their forward pass.</summary>
public sealed class ReferenceTests
{
    private static readonly ConvolutionGeometry[] Geometries =
    [
        new(new(2, 3, 7, 9), 5, 3, 1, 1, 1, 1), new(new(1, 6, 9, 8), 10, new(3, 2), new(2, 3), new(1, 2), new(2, 3), 2), new(new(1, 3, 8, 9), 10, 3, 4, 0, 1, 1), new(new(1, 3, 4, 3), 5, 2, 1, new(2, 3), 1, 1),
    ];

    [Test]
    public void A_convolution_worked_out_by_hand()
    {
        // One channel of 3×3, a filter of 2×2, stride 1, padding 1 along the width.
        var g = new ConvolutionGeometry(new(1, 1, 3, 3), 1, 2, 1, new(0, 1), 1, 1);
        double[] y = ConvolutionReference.Forward(g, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 10, 100, 1000], [0.5]);
        Assert.That(y, Is.EqualTo(new double[] { 4010.5, 5421.5, 6532.5, 603.5, 7040.5, 8754.5, 9865.5, 906.5 }));
    }

    [TestCaseSource(nameof(Geometries))]
    public void The_gradients_are_the_adjoints_of_the_convolution(ConvolutionGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3), dy = Values.Uniform(g.Output.Length, 4);
        double withoutBias = Dot(dy, ConvolutionReference.Forward(g, x, w, null));
        Assert.That(Dot(x, ConvolutionReference.BackwardData(g, dy, w)), Is.EqualTo(withoutBias).Within(1e-9));
        Assert.That(Dot(w, ConvolutionReference.BackwardWeights(g, x, dy)), Is.EqualTo(withoutBias).Within(1e-9));
        Assert.That(withoutBias + Dot(b, ConvolutionReference.BackwardBias(g.Output, dy)), Is.EqualTo(Dot(dy, ConvolutionReference.Forward(g, x, w, b))).Within(1e-9));
    }

    [Test]
    public void A_product_worked_out_by_hand([NUnit.Framework.Values] bool transposeA, [NUnit.Framework.Values] bool transposeB)
    {
        double[] a = transposeA ? [1, 4, 2, 5, 3, 6] : [1, 2, 3, 4, 5, 6], b = transposeB ? [1, 100, 10000, 10, 1000, 100000] : [1, 10, 100, 1000, 10000, 100000];
        Assert.That(MatrixMultiplyReference.Multiply(new MatrixMultiplyGeometry(2, 2, 3, transposeA, transposeB), a, b), Is.EqualTo(new double[] { 30201, 302010, 60504, 605040 }));
    }

    [Test]
    public void The_tolerance_grows_with_the_root_of_the_terms_and_with_the_values()
    {
        const double roundOff = 1.0 / (1 << 24);
        Assert.That(Tolerance.Of([0.5, -2], 100), Is.EqualTo(2 * 48 * roundOff));
        Assert.That(Tolerance.Of([0.5, -2], 10_000, amplification: 3), Is.EqualTo(3 * 2 * 408 * roundOff));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
