using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tests.MatrixMultiply;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Convolution;

/// <summary>The portable kernels with every variant of their tiles, at the tiles' edges and beyond.</summary>
public sealed class ImplicitGemmTests(string device) : DeviceFixture(device)
{
    private static IEnumerable<string> Variants => GemmVariants.All.Select(variant => variant.Name);

    /// <summary>Geometries whose rows end before, at and after a tile of a variant; those that a simulated GPU has time for come first.</summary>
    private static IEnumerable<(string Name, ConvolutionGeometry Geometry, bool IsSmall)> Geometries(int rows) =>
    [
        ("3×3, groups, odd planes", new(new(2, 6, 5, 7), 10, 3, 1, 1, 1, 2), true),
        ("1×1, planes of quads", new(new(2, 8, 2, 6), 12, 1, 1, 0, 1, 1), true),
        ("1×1, odd planes", new(new(3, 16, 7, 7), rows + 4, 1, 1, 0, 1, 1), false),
        ("5×5, 16 channels, planes of quads", new(new(2, 16, 8, 8), rows + 2, 5, 1, 2, 1, 1), false),
        ("5×5, a row more than a tile in dx", new(new(1, rows + 1, 6, 6), 4, 5, 1, 2, 1, 1), false),
        ("3×3, C = 3, just a tile of rows", new(new(2, 3, 9, 10), rows, 3, 1, 1, 1, 1), false),
        ("3×3, stride 2, groups", new(new(3, 8, 9, 12), 2 * rows - 2, 3, 2, 1, 1, 2), false),
        ("11×11, stride 4, C = 3", new(new(2, 3, 27, 31), 9, 11, 4, 2, 1, 1), false),
        ("3×2, dilation 2×3, not square", new(new(2, 5, 9, 14), 7, new(3, 2), new(1, 2), new(2, 1), new(2, 3), 1), false),
        ("16×17, larger than any mask", new(new(2, 2, 15, 18), 6, new(16, 17), new(1, 2), new(2, 3), 1, 1), false),
        ("9×24, dilated, larger than any mask, planes of quads", new(new(1, 4, 20, 26), 8, new(9, 24), 2, new(1, 2), new(2, 1), 2), false),
    ];

    // Tensors that start at no multiple of 16 bytes have one kernel for all filters, and one for the gradient of the weights: compiling them takes most of the time.
    [Test]
    public void Every_variant_computes_every_pass_wherever_tensors_start([ValueSource(nameof(Variants))] string variant)
    {
        GemmVariantTests.SkipUnlessQuick(Session, variant);
        foreach (var (name, g, isSmall) in GeometriesFor(variant))
        {
            if (MaskedPlace.Holds(g.Filter) && (isSmall || Session.Kind != DeviceKind.SimulatedGpu))
                AssertEqualsReference(g, OpWith(variant, g), $"{variant}, {name}: ", offset: 1);
        }
    }

    [TestCase("32x32x8")]
    public void Every_kernel_computes_its_pass(string variant)
    {
        foreach (var (name, g, isSmall) in GeometriesFor(variant))
        {
            if (isSmall || Session.Kind != DeviceKind.SimulatedGpu)
                AssertEqualsReference(g, OpWith(variant, g), $"{variant}, {name}: ");
        }
    }

    [Test]
    public void What_is_not_a_number_spreads_to_the_windows_that_cover_it_only()
    {
        SkipTiles();
        foreach (var g in (ConvolutionGeometry[])[new(new(3, 4, 5, 5), 6, 3, 1, 1, 1, 2), new(new(2, 2, 17, 18), 3, new(16, 17), 2, 3, 1, 1)])
        {
            double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3);
            // The last value of the first image is the neighbour of the second one's padding, and the very first is what is loaded in the place of padding.
            double[] badX = With(With(x, g.Input.ImageSize - 1, double.NaN), 0, double.NaN);
            double[] badDy = With(With(dy, g.Output.ImageSize - 1, double.PositiveInfinity), 0, double.NaN);
            var op = Op(g);
            Tensor y = Empty(g.Output), dx = Empty(g.Input), dw = Empty(g.Weights), workspace = Workspace(op);
            op.Forward(Tensor(g.Input, badX), Tensor(g.Weights, w), null, y, workspace);
            op.BackwardData(Tensor(g.Output, badDy), Tensor(g.Weights, w), dx, workspace);
            op.BackwardWeights(Tensor(g.Input, badX), Tensor(g.Output, dy), dw, null, workspace);
            AssertSameFinite(ConvolutionReference.Forward(g, badX, w, null), y, "y");
            AssertSameFinite(ConvolutionReference.BackwardData(g, badDy, w), dx, "dx");
            AssertSameFinite(ConvolutionReference.BackwardWeights(g, badX, dy), dw, "dw");
        }
    }

    [Test]
    public void Every_product_asks_for_the_measured_choice()
    {
        SkipTiles();
        var g = new ConvolutionGeometry(new(1, 6, 5, 5), 4, 3, 1, 1, 1, 2);
        Op(g);
        Assert.That(Session.Tuning.Requests, Is.SupersetOf(RequestsOf(g)));
    }

    [Test]
    public void A_device_of_small_groups_and_little_shared_memory_computes_too()
    {
        if (Session.Kind != DeviceKind.SimulatedGpu)
            Assert.Ignore("The simulated GPU shows it.");
        using var session = DeviceSession.OpenSimulatedGpu(new DeviceLimits(GroupSize: 64, SharedBytes: 16 * 1024, WarpSize: 16, Multiprocessors: 2));
        var g = new ConvolutionGeometry(new(2, 3, 5, 6), 4, 3, 1, 1, 1, 1);
        using var op = new ConvolutionOp(session, g);
        using var arena = new Arena(session, 4096);
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2);
        Tensor tx = arena.Take(g.Input), tw = arena.Take(g.Weights), y = arena.Take(g.Output);
        tx.CopyFrom([.. x.Select(value => (float)value)]);
        tw.CopyFrom([.. w.Select(value => (float)value)]);
        op.Forward(tx, tw, null, y, arena.Take(Shape.Vector((int)op.WorkspaceLength)));
        Close.To(ConvolutionReference.Forward(g, x, w, null), y.ToArray(), g.Weights.ImageSize, "y");
    }

    [Test]
    public void Coordinates_that_32_bits_do_not_count_are_refused()
    {
        SkipTiles();
        var g = new ConvolutionGeometry(new(1, 1, 2, 2), 1, 2, 1 << 29, 1 << 29, 1, 1);
        Assert.That(() => new ConvolutionOp(Session, g), Throws.TypeOf<ShapeException>().With.Message.Contains("coordinates").And.Message.Contains("2147483647"));
    }

    private static GemmRequest[] RequestsOf(ConvolutionGeometry g)
    {
        int taps = g.Filter.Height * g.Filter.Width, outputs = g.GroupOutputChannels, pixels = g.Output.N * g.Output.PlaneSize;
        return
        [
            new("convolution.forward", new(g.Groups, outputs, pixels, g.Weights.ImageSize), MayBeSplit: false),
            new("convolution.data", new(g.Groups, g.GroupInputChannels, g.Input.N * g.Input.PlaneSize, outputs * taps), MayBeSplit: false),
            new("convolution.weights", new(g.Groups, outputs, g.Weights.ImageSize, pixels), MayBeSplit: true),
        ];
    }

    private IEnumerable<(string Name, ConvolutionGeometry Geometry, bool IsSmall)> GeometriesFor(string variant)
    {
        SkipTiles();
        if (!GemmVariants.Admissible(Session.Limits).Any(admissible => admissible.Name == variant))
            Assert.Ignore($"The device does not run {variant}.");
        return Geometries(GemmVariants.All.Single(v => v.Name == variant).Rows);
    }

    private static double[] With(double[] values, int index, double value)
    {
        double[] changed = [.. values];
        changed[index] = value;
        return changed;
    }

    // Finite where the reference is, and there equal to it.
    private static void AssertSameFinite(double[] expected, Tensor actual, string what)
    {
        float[] values = actual.ToArray();
        Assert.That(values.Select(float.IsFinite), Is.EqualTo(expected.Select(double.IsFinite)), what);
        Assert.That(expected.Count(double.IsFinite), Is.InRange(1, expected.Length - 1), what);
        for (int i = 0; i < values.Length; i++)
            Assert.That(values[i], double.IsFinite(expected[i]) ? Is.EqualTo(expected[i]).Within(1e-4) : Is.Not.EqualTo(0f), $"{what}[{i}]");
    }

    private void AssertEqualsReference(ConvolutionGeometry g, ConvolutionOp op, string what, int offset = 0)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3), dy = Values.Uniform(g.Output.Length, 4);
        Tensor tx = At(offset, g.Input, x), tw = At(offset, g.Weights, w), tb = Tensor(g.Bias, b), tdy = At(offset, g.Output, dy), workspace = Workspace(op);
        float[]? firstY = null, firstDx = null, firstDw = null;
        for (int run = 0; run < 2; run++)
        {
            Tensor y = At(offset, g.Output), dx = At(offset, g.Input), dw = At(offset, g.Weights);
            op.Forward(tx, tw, tb, y, workspace);
            op.BackwardData(tdy, tw, dx, workspace);
            op.BackwardWeights(tx, tdy, dw, null, workspace);
            if (run == 0)
            {
                (firstY, firstDx, firstDw) = (y.ToArray(), dx.ToArray(), dw.ToArray());
                Close.To(ConvolutionReference.Forward(g, x, w, b), firstY, g.Weights.ImageSize + 1, $"{what}y");
                Close.To(ConvolutionReference.BackwardData(g, dy, w), firstDx, g.GroupOutputChannels * g.Filter.Height * g.Filter.Width, $"{what}dx");
                Close.To(ConvolutionReference.BackwardWeights(g, x, dy), firstDw, g.Output.N * g.Output.PlaneSize, $"{what}dw");
                // The simulated GPU takes its time.
                if (Session.Kind == DeviceKind.SimulatedGpu)
                    return;
            }
            else
            {
                Assert.That(y.ToArray(), Is.EqualTo(firstY), $"{what}y of a second run");
                Assert.That(dx.ToArray(), Is.EqualTo(firstDx), $"{what}dx of a second run");
                Assert.That(dw.ToArray(), Is.EqualTo(firstDw), $"{what}dw of a second run");
            }
        }
    }

    // A tensor that starts so many values behind a multiple of 16 bytes, with room before it.
    private Tensor At(int offset, Shape shape) => Empty(Shape.Vector((int)shape.Length + offset)).Slice(offset, shape);

    private Tensor At(int offset, Shape shape, double[] values)
    {
        var tensor = At(offset, shape);
        tensor.CopyFrom([.. values.Select(value => (float)value)]);
        return tensor;
    }

    // The choices are made before the op, as a cache's would be; the weight gradient's sums are split, too.
    private ConvolutionOp OpWith(string variant, ConvolutionGeometry g)
    {
        foreach (var request in RequestsOf(g))
            Session.Tuning.Set(request.Op, request.Size, new GemmChoice(variant, request.MayBeSplit ? 2 : 1));
        return Op(g);
    }

    private ConvolutionOp Op(ConvolutionGeometry g) => Keep(new ConvolutionOp(Session, g));

    private Tensor Workspace(ConvolutionOp op) => Empty(Shape.Vector((int)op.WorkspaceLength));

    private void SkipTiles()
    {
        if (Session.UsesTiles)
            Assert.Ignore("The CPU has tile kernels.");
    }
}
