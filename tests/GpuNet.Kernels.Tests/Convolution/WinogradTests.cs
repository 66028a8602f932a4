using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Convolution.Winograd;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Convolution;

/// <summary>
/// Winograd's algorithm against the double-precision reference. Its bound is that of a sum of as many terms as there are input channels, times what
/// the transforms make of a rounding error (<see cref="WinogradTransformTests.Amplification{T}"/>): 5/3 for F(2×2, 3×3), 57/8 for F(4×4, 3×3),
/// 221/40 for F(2×2, 5×5).
/// Measured with 256 channels of 13×13 pixels, as a root mean square relative to the output: F(2×2) 4.9e-7, direct 8.2e-7, F(4×4) 1.5e-6.
/// </summary>
public sealed class WinogradTests(string device) : DeviceFixture(device)
{
    private static readonly ConvolutionAlgorithm[] OfThree = [ConvolutionAlgorithm.Winograd2, ConvolutionAlgorithm.Winograd4];
    private static readonly ConvolutionAlgorithm[] OfFive = [ConvolutionAlgorithm.Winograd2Of5];

    private static IEnumerable<TestCaseData> Geometries =>
    [
        .. Case("one pixel", new(new(3, 5, 1, 1), 9, 3, 1, 1, 1, 1)),
        .. Case("one window", new(new(4, 3, 3, 3), 7, 3, 1, 0, 1, 1)),
        .. Case("no padding", new(new(2, 6, 9, 12), 18, 3, 1, 0, 1, 1)),
        .. Case("tiles cut at the right and below", new(new(3, 3, 7, 9), 10, 3, 1, 1, 1, 1)),
        .. Case("one row", new(new(2, 3, 1, 37), 5, 3, 1, 1, 1, 1)),
        .. Case("one column", new(new(2, 3, 37, 1), 5, 3, 1, 1, 1, 1)),
        .. Case("groups, channels that fill no vector", new(new(2, 34, 5, 6), 70, 3, 1, 1, 1, 2)),
        .. Case("one group a channel", new(new(2, 7, 5, 6), 14, 3, 1, 1, 1, 7)),
        .. Case("padding of one side", new(new(2, 5, 6, 40), 9, 3, 1, new(0, 1), 1, 1)),
        .. Case("padding above the filter: the data gradient crops", new(new(1, 4, 6, 5), 9, 3, 1, new(5, 4), 1, 1)),
        .. Case("padding above the image", new(new(1, 4, 2, 3), 5, 3, 1, new(6, 9), 1, 1)),
        .. Case("several blocks of channels", new(new(3, 49, 13, 13), 65, 3, 1, 1, 1, 1)),
        .. Case("several chunks of tiles", new(new(9, 16, 7, 7), 33, 3, 1, 1, 1, 1)),
        .. Case("several bands", new(new(2, 20, 66, 65), 3, 3, 1, 1, 1, 1)),
        .. Case("several passes", new(new(4, 1, 128, 128), 1, 3, 1, 1, 1, 1)),
        .. Case("5×5, one pixel", new(new(3, 5, 1, 1), 9, 5, 1, 2, 1, 1)),
        .. Case("5×5, one window", new(new(4, 3, 5, 5), 7, 5, 1, 0, 1, 1)),
        .. Case("5×5, tiles cut at the right and below", new(new(3, 3, 7, 9), 10, 5, 1, 2, 1, 1)),
        .. Case("5×5, groups, channels that fill no vector", new(new(2, 34, 5, 6), 70, 5, 1, new(1, 2), 1, 2)),
        .. Case("5×5, padding above the filter: the data gradient crops", new(new(1, 4, 6, 5), 9, 5, 1, new(6, 7), 1, 1)),
        .. Case("5×5, several blocks of channels", new(new(3, 49, 13, 13), 65, 5, 1, 2, 1, 1)),
        .. Case("5×5, several bands and passes", new(new(3, 20, 66, 65), 3, 5, 1, 2, 1, 1)),
    ];

    [TestCaseSource(nameof(Geometries))]
    public void Forward(ConvolutionGeometry g, int algorithm)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3);
        var op = Op(g, algorithm);
        Tensor y = Empty(g.Output), withoutBias = Empty(g.Output), workspace = Workspace(op);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), Tensor(g.Bias, b), y, workspace);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), null, withoutBias, workspace);
        Close.To(ConvolutionReference.Forward(g, x, w, b), y.ToArray(), g.GroupInputChannels + 1, "y", Amplification(algorithm));
        Close.To(ConvolutionReference.Forward(g, x, w, null), withoutBias.ToArray(), g.GroupInputChannels, "y without bias", Amplification(algorithm));
    }

    [TestCaseSource(nameof(Geometries))]
    public void Backward_to_the_input(ConvolutionGeometry g, int algorithm)
    {
        double[] w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3);
        var op = Op(g, algorithm);
        var dx = Empty(g.Input);
        op.BackwardData(Tensor(g.Output, dy), Tensor(g.Weights, w), dx, Workspace(op));
        Close.To(ConvolutionReference.BackwardData(g, dy, w), dx.ToArray(), g.GroupOutputChannels, "dx", Amplification(algorithm));
    }

    [TestCaseSource(nameof(Geometries))]
    public void Rectified_in_a_window_of_a_wider_tensor(ConvolutionGeometry g, int algorithm)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3);
        double[] dy = Values.Uniform(g.Output.Length, 4);
        const int before = 2, after = 3;
        var wide = g.Output with { C = before + g.OutputChannels + after };
        ConvolutionOp op = Op(g, algorithm, new() { Rectify = true, Window = new(before, wide.C) }), plain = Op(g, algorithm);
        Tensor tx = Tensor(g.Input, x), tw = Tensor(g.Weights, w), tb = Tensor(g.Bias, b), tdy = Tensor(g.Output, dy), workspace = Workspace(op);
        Tensor y = Empty(g.Output), dx = Empty(g.Input), wideY = Empty(wide), wideDy = Empty(wide), maskedDx = Empty(g.Input);
        plain.Forward(tx, tw, tb, y, workspace);
        plain.BackwardData(tdy, tw, dx, workspace);
        op.Forward(tx, tw, tb, wideY, workspace);
        wideDy.CopyFrom(Widened(g, wide, before, tdy.ToArray()));
        op.BackwardData(wideDy, tw, maskedDx, workspace, mask: tx);
        Assert.That(wideY.ToArray(), Is.EqualTo(Widened(g, wide, before, [.. y.ToArray().Select(value => value < 0 ? 0 : value)])), "y");
        Assert.That(maskedDx.ToArray(), Is.EqualTo(dx.ToArray().Select((value, i) => (float)x[i] > 0 ? value : 0)), "masked dx");
    }

    [TestCaseSource(nameof(Geometries))]
    public void Any_number_of_workers_gives_the_same_bits(ConvolutionGeometry g, int algorithm)
    {
        var expected = Run(Session, g, algorithm);
        foreach (int workers in (int[])[1, 3])
        {
            using var session = DeviceSession.OpenCpu(workers);
            var (y, dx) = Run(session, g, algorithm);
            Assert.That(y, Is.EqualTo(expected.Y), $"y of {workers} workers");
            Assert.That(dx, Is.EqualTo(expected.Dx), $"dx of {workers} workers");
        }
    }

    // A sum rounds once a term, by up to half a unit u of the last place of what it has come to: errors of variance below u²/3·k/n, relative to the whole
    // sum's, for the k-th of n terms, n·u²/6 in all. The transforms of both operands and of the sums round some 12 times more, each by u²/3 at most.
    [TestCase(ConvolutionAlgorithm.Direct, 3, 9)]
    [TestCase(ConvolutionAlgorithm.Winograd2, 3, 1)]
    [TestCase(ConvolutionAlgorithm.Winograd4, 3, 1)]
    [TestCase(ConvolutionAlgorithm.Winograd2Of5, 5, 1)]
    public void The_mean_error_is_what_the_amplification_says(object algorithm, int taps, int termsOfAChannel)
    {
        var g = new ConvolutionGeometry(new(1, 256, 13, 13), 32, taps, 1, taps / 2, 1, 1);
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2);
        var op = Op(g, (int)algorithm);
        var y = Empty(g.Output);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), null, y, Workspace(op));
        double[] expected = ConvolutionReference.Forward(g, x, w, null);
        double error = Math.Sqrt(expected.Zip(y.ToArray(), (a, b) => (a - b) * (a - b)).Sum() / expected.Sum(a => a * a)) * (1 << 24);
        double bound = Amplification((int)algorithm) * Math.Sqrt(termsOfAChannel * 256 / 6.0 + 4);
        TestContext.Out.WriteLine($"{algorithm}: {error:F1} half units, bound {bound:F1}");
        Assert.That(error, Is.InRange(bound / 8, bound), "half units of the last place");
    }

    [SetUp]
    public void SkipPortableDevices()
    {
        if (!Session.UsesTiles)
            Assert.Ignore("Only the CPU's kernels know Winograd's algorithm.");
    }

    private static (float[] Y, float[] Dx) Run(DeviceSession session, ConvolutionGeometry g, int algorithm)
    {
        var op = new ConvolutionOp(session, g, null, PlanOf(algorithm));
        using var arena = new Arena(session, 2 * (g.Input.Length + g.Output.Length) + g.Weights.Length + op.WorkspaceLength + 6 * Arena.Alignment);
        Tensor x = arena.Take(g.Input), w = arena.Take(g.Weights), y = arena.Take(g.Output), dy = arena.Take(g.Output), dx = arena.Take(g.Input);
        x.CopyFrom([.. Values.Uniform(g.Input.Length, 1).Select(value => (float)value)]);
        w.CopyFrom([.. Values.Uniform(g.Weights.Length, 2).Select(value => (float)value)]);
        dy.CopyFrom([.. Values.Uniform(g.Output.Length, 3).Select(value => (float)value)]);
        var workspace = arena.Take(Shape.Vector((int)op.WorkspaceLength));
        op.Forward(x, w, null, y, workspace);
        op.BackwardData(dy, w, dx, workspace);
        return (y.ToArray(), dx.ToArray());
    }

    private static double Amplification(int algorithm) => (ConvolutionAlgorithm)algorithm switch
    {
        ConvolutionAlgorithm.Winograd2 => WinogradTransformTests.Amplification<Winograd2>(),
        ConvolutionAlgorithm.Winograd4 => WinogradTransformTests.Amplification<Winograd4>(),
        ConvolutionAlgorithm.Winograd2Of5 => WinogradTransformTests.Amplification<Winograd2Of5>(),
        _ => 1,
    };

    private static ConvolutionPlan PlanOf(int algorithm)
    {
        var pass = new PassPlan((ConvolutionAlgorithm)algorithm, "asked for");
        return new(pass, pass, new(ConvolutionAlgorithm.Direct, "the only one"));
    }

    private static float[] Widened(ConvolutionGeometry g, Shape wide, int first, float[] narrow)
    {
        float[] values = [.. Enumerable.Repeat(float.NaN, (int)wide.Length)];
        for (int n = 0; n < g.Output.N; n++)
            narrow.AsSpan(n * g.Output.ImageSize, g.Output.ImageSize).CopyTo(values.AsSpan(n * wide.ImageSize + first * g.Output.PlaneSize));
        return values;
    }

    private static IEnumerable<TestCaseData> Case(string name, ConvolutionGeometry geometry) =>
        (geometry.Filter == 3 ? OfThree : OfFive).Select(algorithm => new TestCaseData(geometry, (int)algorithm).SetArgDisplayNames(name, algorithm.ToString()));

    private ConvolutionOp Op(ConvolutionGeometry g, int algorithm, ConvolutionOptions? options = null) => new(Session, g, options, PlanOf(algorithm));

    private Tensor Workspace(ConvolutionOp op) => Empty(Shape.Vector((int)op.WorkspaceLength));
}
