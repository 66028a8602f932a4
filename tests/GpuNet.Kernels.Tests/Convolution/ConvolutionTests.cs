using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Convolution;

/// <summary>The op without Winograd's algorithm, which has a bound of its own: <see cref="WinogradTests"/>.</summary>
public sealed class ConvolutionTests(string device) : DeviceFixture(device)
{
    private static readonly ConvolutionOptions Direct = new() { AllowWinograd = false };

    private static IEnumerable<TestCaseData> Geometries =>
    [
        Case("one value", new(new(1, 1, 1, 1), 1, 1, 1, 0, 1, 1)),
        Case("1×1 filter", new(new(3, 17, 5, 4), 33, 1, 1, 0, 1, 1)),
        Case("1×1 filter, stride 2: pixels that no window covers", new(new(1, 5, 7, 6), 10, 1, 2, 0, 1, 1)),
        Case("1×1 filter, stride 2, planes of quads", new(new(2, 5, 8, 6), 10, 1, 2, 0, 1, 1)),
        Case("1×1 filter, padding, planes of quads", new(new(2, 5, 4, 6), 10, 1, 1, 1, 1, 1)),
        Case("3×3 filter", new(new(3, 3, 7, 9), 10, 3, 1, 1, 1, 1)),
        Case("non-square filter and input", new(new(1, 3, 5, 11), 5, new(2, 5), 1, new(0, 3), 1, 1)),
        Case("stride above the filter", new(new(1, 3, 11, 10), 5, 2, new(3, 4), 0, 1, 1)),
        Case("asymmetric stride, padding and dilation", new(new(3, 5, 9, 8), 3, new(3, 2), new(2, 3), new(1, 2), new(2, 3), 1)),
        Case("last columns and rows without a window", new(new(1, 3, 8, 9), 10, 3, 4, 0, 1, 1)),
        Case("groups of 3", new(new(1, 6, 6, 5), 10, 3, 1, 1, 1, 2)),
        Case("groups of 5", new(new(3, 15, 4, 5), 9, new(2, 3), new(1, 2), 1, 1, 3)),
        Case("groups of 17", new(new(1, 34, 5, 5), 70, 3, 1, 1, 1, 2)),
        Case("one group a channel", new(new(2, 7, 5, 6), 14, 3, 2, 1, 1, 7)),
        Case("padding as wide as the filter", new(new(1, 3, 4, 3), 5, 2, 1, new(2, 3), 1, 1)),
        Case("filter as large as the padded input", new(new(3, 4, 3, 5), 33, new(5, 5), 1, new(1, 0), 1, 1)),
        Case("tiles of 64", new(new(1, 5, 10, 16), 70, 1, 1, 0, 1, 1)),
        Case("tiles of 64 the other way", new(new(1, 70, 10, 16), 3, new(1, 2), 1, 0, 1, 1)),
    ];

    [TestCaseSource(nameof(Geometries))]
    public void Forward(ConvolutionGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3);
        var op = Op(g, Direct);
        Tensor y = Empty(g.Output), withoutBias = Empty(g.Output), workspace = Workspace(op);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), Tensor(g.Bias, b), y, workspace);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), null, withoutBias, workspace);
        int terms = g.GroupInputChannels * g.Filter.Height * g.Filter.Width;
        Close.To(ConvolutionReference.Forward(g, x, w, b), y.ToArray(), terms + 1, "y");
        Close.To(ConvolutionReference.Forward(g, x, w, null), withoutBias.ToArray(), terms, "y without bias");
    }

    [TestCaseSource(nameof(Geometries))]
    public void Backward_to_the_input(ConvolutionGeometry g)
    {
        double[] w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3);
        var op = Op(g, Direct);
        var dx = Empty(g.Input);
        op.BackwardData(Tensor(g.Output, dy), Tensor(g.Weights, w), dx, Workspace(op));
        int terms = g.GroupOutputChannels * g.Filter.Height * g.Filter.Width;
        Close.To(ConvolutionReference.BackwardData(g, dy, w), dx.ToArray(), terms, "dx");
    }

    [TestCaseSource(nameof(Geometries))]
    public void Backward_to_the_weights_and_the_bias(ConvolutionGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), dy = Values.Uniform(g.Output.Length, 3);
        var op = Op(g, ConvolutionOptions.Default);
        Tensor dw = Empty(g.Weights), db = Empty(g.Bias), dwAlone = Empty(g.Weights), workspace = Workspace(op);
        op.BackwardWeights(Tensor(g.Input, x), Tensor(g.Output, dy), dw, db, workspace);
        op.BackwardWeights(Tensor(g.Input, x), Tensor(g.Output, dy), dwAlone, null, workspace);
        int terms = g.Output.N * g.Output.PlaneSize;
        double[] expected = ConvolutionReference.BackwardWeights(g, x, dy);
        Close.To(expected, dw.ToArray(), terms, "dw");
        Close.To(ConvolutionReference.BackwardBias(g.Output, dy), db.ToArray(), terms, "db");
        Assert.That(dwAlone.ToArray(), Is.EqualTo(dw.ToArray()), "an equal run gives equal bits, with or without a bias");
    }

    [TestCaseSource(nameof(Geometries))]
    public void Rectified_in_a_window_of_a_wider_tensor(ConvolutionGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3);
        double[] dy = Values.Uniform(g.Output.Length, 4);
        // As a mask, 0 is not above 0.
        for (int i = 1; i < x.Length; i += 3)
            x[i] = 0;
        const int before = 2, after = 3;
        var wide = g.Output with { C = before + g.OutputChannels + after };
        var op = Op(g, Direct with { Rectify = true, Window = new(before, wide.C) });
        var plain = Op(g, Direct);
        Tensor tx = Tensor(g.Input, x), tw = Tensor(g.Weights, w), tb = Tensor(g.Bias, b), y = Empty(g.Output), workspace = Workspace(op);
        plain.Forward(tx, tw, tb, y, Workspace(plain));
        float[] untouched = [.. Enumerable.Range(0, (int)wide.Length).Select(i => -1f - i)];
        var wideY = Empty(wide);
        wideY.CopyFrom(untouched);
        op.Forward(tx, tw, tb, wideY, workspace);
        Assert.That(wideY.ToArray(), Is.EqualTo(Widened(g, wide, before, [.. y.ToArray().Select(value => value < 0 ? 0 : value)], untouched)), "y");

        Tensor tdy = Tensor(g.Output, dy), wideDy = Empty(wide);
        wideDy.CopyFrom(Widened(g, wide, before, tdy.ToArray(), untouched));
        Tensor dw = Empty(g.Weights), db = Empty(g.Bias), dx = Empty(g.Input), wideDw = Empty(g.Weights), wideDb = Empty(g.Bias), wideDx = Empty(g.Input);
        plain.BackwardWeights(tx, tdy, dw, db, Workspace(plain));
        plain.BackwardData(tdy, tw, dx, Workspace(plain));
        op.BackwardWeights(tx, wideDy, wideDw, wideDb, workspace);
        op.BackwardData(wideDy, tw, wideDx, workspace, mask: tx);
        Assert.That(wideDw.ToArray(), Is.EqualTo(dw.ToArray()), "dw");
        Assert.That(wideDb.ToArray(), Is.EqualTo(db.ToArray()), "db");
        Assert.That(wideDx.ToArray(), Is.EqualTo(dx.ToArray().Select((value, i) => (float)x[i] > 0 ? value : 0)), "masked dx");
    }

    [Test]
    public void A_window_that_does_not_hold_the_channels_is_refused()
    {
        var g = new ConvolutionGeometry(new(1, 3, 5, 5), 4, 3, 1, 0, 1, 1);
        Assert.That(() => new ConvolutionOp(Session, g, new() { Window = new(3, 6) }), Throws.TypeOf<ShapeException>().With.Message.Contains("4 output channels from channel 3 do not fit 6"));
        Assert.That(() => new ConvolutionOp(Session, g, new() { Window = new(-1, 6) }), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var g = new ConvolutionGeometry(new(2, 3, 5, 7), 4, 3, 1, 0, 1, 1);
        var op = Op(g, ConvolutionOptions.Default);
        Tensor x = Empty(g.Input), w = Empty(g.Weights), b = Empty(g.Bias), y = Empty(g.Output), workspace = Workspace(op);
        Assert.That(() => op.Forward(y, w, b, y, workspace), Throws.TypeOf<ShapeException>().With.Message.Contains("2×4×3×5").And.Message.Contains("2×3×5×7"));
        Assert.That(() => op.Forward(x, w, x, y, workspace), Throws.TypeOf<ShapeException>().With.Message.StartsWith("convolution: b"));
        Assert.That(() => op.BackwardData(x, w, x, workspace), Throws.TypeOf<ShapeException>().With.Message.StartsWith("convolution: dy"));
        Assert.That(() => op.BackwardWeights(x, y, x, b, workspace), Throws.TypeOf<ShapeException>().With.Message.StartsWith("convolution: dw"));
    }

    [Test]
    public void A_copy_that_32_bits_do_not_count_is_refused_on_the_CPU()
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only the CPU's kernels copy images.");
        // A weight gradient stages whole images: 9 channels, each padded to 16384×16384 pixels.
        var g = new ConvolutionGeometry(new(1, 9, 4, 4), 1, 2, 1, 8190, 16383, 1);
        Assert.That(() => new ConvolutionOp(Session, g), Throws.TypeOf<ShapeException>().With.Message.Contains("1×9×4×4").And.Message.Contains("2415919118"));
    }

    private ConvolutionOp Op(ConvolutionGeometry g, ConvolutionOptions options) => Keep(new ConvolutionOp(Session, g, options));

    private Tensor Workspace(ConvolutionOp op) => Empty(Shape.Vector((int)op.WorkspaceLength));

    // The narrow tensor's values in their window, the others as they were.
    private static float[] Widened(ConvolutionGeometry g, Shape wide, int first, float[] narrow, float[] others)
    {
        float[] values = [.. others];
        for (int n = 0; n < g.Output.N; n++)
            narrow.AsSpan(n * g.Output.ImageSize, g.Output.ImageSize).CopyTo(values.AsSpan(n * wide.ImageSize + first * g.Output.PlaneSize));
        return values;
    }

    private static TestCaseData Case(string name, ConvolutionGeometry geometry) => new TestCaseData(geometry).SetArgDisplayNames(name);
}
