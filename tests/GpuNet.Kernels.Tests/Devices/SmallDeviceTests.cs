using System.Runtime.InteropServices;
using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Devices;

/// <summary>The portable kernels on simulated GPUs that allow smaller groups, and have other warps, than a CUDA device: an integrated one, one of 64 threads, less.</summary>
[TestFixture(256, 16)]
[TestFixture(64, 64)]
[TestFixture(8, 8)]
[Category(NarrowVectors.Unaffected)]
public sealed class SmallDeviceTests(int groupSize, int warpSize)
{
    private readonly DeviceSession session = DeviceSession.OpenSimulatedGpu(new(groupSize, 32 * 1024, warpSize, Multiprocessors: 2));
    private Arena arena = null!;

    [SetUp]
    public void MakeArena() => arena = new(session, 1 << 16);

    [TearDown]
    public void FreeArena() => arena.Dispose();

    [OneTimeTearDown]
    public void CloseSession() => session.Dispose();

    [Test]
    public void Pointwise_ops_and_concatenation()
    {
        double[] x = Values.Uniform(261, 1);
        Tensor y = Tensor(Shape.Vector(261), x), dropped = Tensor(Shape.Vector(261), x);
        new ReluOp(session).Forward(y, y);
        Assert.That(y.ToArray(), Is.EqualTo(x.Select(value => (float)Math.Max(value, 0))));
        double[] factors = DropoutReference.Factors(261, 0.5, 1, 2, 3);
        new DropoutOp(session, 0.5f, 1, 2).Forward(dropped, dropped, 3);
        Assert.That(dropped.ToArray(), Is.EqualTo(x.Zip(factors, (value, factor) => (float)(value * factor))));
        Shape[] shapes = [new(3, 4, 3, 1), new(3, 8, 3, 1)];
        double[][] parts = [Values.Uniform(36, 1), Values.Uniform(72, 2)];
        var whole = Tensor(new(3, 12, 3, 1), new double[108]);
        new ConcatenationOp(session, shapes).Forward([.. shapes.Zip(parts, Tensor)], whole);
        Assert.That(whole.ToArray().Select(value => (double)value), Is.EqualTo(ConcatenationReference.Forward(shapes, parts)));
    }

    [TestCase(5, 3)]
    [TestCase(2, 70)]
    public void Softmax_loss(int items, int classes)
    {
        var shape = Shape.Matrix(items, classes);
        double[] scores = Values.Uniform(shape.Length, 1, -3, 3), labels = [.. Enumerable.Range(0, items).Select(item => item % 3 == 2 ? -1.0 : item % classes)];
        Tensor probabilities = Tensor(shape, new double[shape.Length]), totals = Tensor(SoftmaxLossOp.TotalsShape, new double[4]), tlabels = Tensor(Shape.Matrix(items, 1), labels);
        using var op = new SoftmaxLossOp(session, shape);
        op.Forward(Tensor(shape, scores), tlabels, probabilities, totals);
        Close.To(SoftmaxLossReference.Probabilities(scores, classes), probabilities.ToArray(), classes, "probabilities");
        Close.To(SoftmaxLossReference.Totals(scores, labels, classes), totals.ToArray(), items, "totals");
        op.Backward(probabilities, tlabels, probabilities);
        Close.To(SoftmaxLossReference.Gradient(scores, labels, classes, 1), probabilities.ToArray(), classes, "dscores");
    }

    [Test]
    public void Parts_of_sums()
    {
        const int length = 261, columns = 9;
        double[] parts = Values.Uniform(3 * length, 1), bias = Values.Uniform(columns, 2);
        var c = Tensor(Shape.Vector(length), new double[length]);
        new SplitSum(session, 3, length).Run(Tensor(Shape.Vector(3 * length), parts), c, columns, GemmEpilogue.Of(c.View, Tensor(Shape.Vector(columns), bias)));
        Close.To([.. Enumerable.Range(0, length).Select(i => parts[i] + parts[length + i] + parts[2 * length + i] + bias[i % columns])], c.ToArray(), 4, "c");
    }

    [Test]
    public void Image_batches()
    {
        // 270 values: more than a group.
        var geometry = new ImageBatchGeometry(new(1, 2, 9, 7), 3, new(9, 5));
        byte[] pixels = [.. Enumerable.Range(0, 2 * 126).Select(i => (byte)i)];
        ImagePlacement[] places = [new(1, 7, 0, 2, 0), ImagePlacement.Empty, new(0, 300, 0, 0, 0)];
        using var images = new ByteBuffer(session, pixels);
        using var placements = new ByteBuffer(session, MemoryMarshal.AsBytes<ImagePlacement>(places).ToArray());
        Tensor x = Tensor(geometry.Output, new double[270]), labels = Tensor(geometry.Labels, new double[3]);
        new ImageBatchOp(session, geometry).Run(images.Bytes, placements.Bytes, Tensor(geometry.Image, new double[126]), x, labels);
        Assert.That(labels.ToArray(), Is.EqualTo(new float[] { 7, -1, 300 }));
        Assert.That(x.ToArray(), Is.EqualTo(places.SelectMany(place => Enumerable.Range(0, 90).Select(i => place.Index < 0 ? 0f : pixels[place.Index * 126 + i / 5 * 7 + place.Left + i % 5]))));
    }

    [TestCase(6, 3, 9)]
    [TestCase(40, 2, 4)]
    [TestCase(70, 11, 1)]
    public void Bias_gradient(int batch, int channels, int plane)
    {
        var shape = new Shape(batch, channels, plane, 1);
        double[] dy = Values.Uniform(shape.Length, 1);
        var gradient = new BiasGradient(session, shape, channels);
        var db = Tensor(Shape.Vector(channels), new double[channels]);
        gradient.Run(Tensor(shape, dy).View, db, arena.Take(Shape.Vector((int)gradient.WorkspaceLength)));
        Close.To(ConvolutionReference.BackwardBias(shape, dy), db.ToArray(), batch * plane, "db");
    }

    [Test]
    public void Pooling()
    {
        var geometry = new PoolingGeometry(new(2, 2, 7, 9), 3, 2, 1);
        double[] x = Values.Uniform(geometry.Input.Length, 1), dy = Values.Uniform(geometry.Output.Length, 2);
        Tensor y = Tensor(geometry.Output, dy), dx = Tensor(geometry.Input, x);
        var op = new AveragePoolingOp(session, geometry);
        op.Backward(y, dx);
        Close.To(PoolingReference.AverageGradient(geometry.Input, dy, geometry.Filter, geometry.Stride, geometry.Padding), dx.ToArray(), 9, "dx");
        op.Forward(Tensor(geometry.Input, x), y);
        Close.To(PoolingReference.Average(geometry.Input, x, geometry.Filter, geometry.Stride, geometry.Padding), y.ToArray(), 9, "y");
    }

    [TestCase(3)]
    [TestCase(5)]
    [TestCase(15)]
    [TestCase(255)]
    public void Normalisation(int size)
    {
        var shape = new Shape(1, 13, 5, 6);
        var parameters = new LocalResponseNormParameters(size, 1.5f, 0.75f);
        double[] x = Values.Uniform(shape.Length, 1, -3, 3), dy = Values.Uniform(shape.Length, 2);
        Tensor tx = Tensor(shape, x), tdy = Tensor(shape, dy), y = Tensor(shape, x), dx = Tensor(shape, x);
        var across = new AcrossChannelsNormOp(session, shape, parameters);
        across.Forward(tx, y);
        across.Backward(tx, tdy, dx);
        Close.To(LocalResponseNormReference.AcrossChannels(shape, parameters, x), y.ToArray(), size, "y across");
        Close.To(LocalResponseNormReference.AcrossChannelsGradient(shape, parameters, x, dy), dx.ToArray(), size, "dx across");
        if (size > PixelTiles.MostSize)
            return;
        var within = new WithinChannelNormOp(session, shape, parameters);
        within.Forward(tx, y);
        within.Backward(tx, tdy, dx);
        Close.To(LocalResponseNormReference.WithinChannel(shape, parameters, x), y.ToArray(), size * size, "y within");
        Close.To(LocalResponseNormReference.WithinChannelGradient(shape, parameters, x, dy), dx.ToArray(), size * size, "dx within");
    }

    private Tensor Tensor(Shape shape, double[] values)
    {
        var tensor = arena.Take(shape);
        tensor.CopyFrom([.. values.Select(value => (float)value)]);
        return tensor;
    }
}
