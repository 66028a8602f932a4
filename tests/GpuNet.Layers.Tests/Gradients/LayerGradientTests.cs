using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Gradients;

public sealed class LayerGradientTests(string device) : DeviceFixture(device)
{
    // A step below the distance of 1/8 that Distinct keeps from 0 and half of what it keeps between values.
    private const double BelowKinks = 1.0 / 16;

    [TestCase(1, 1, 0, 1, 1)]
    [TestCase(3, 2, 1, 1, 1)]
    [TestCase(2, 1, 1, 2, 2)]
    public void Convolution(int filter, int stride, int padding, int dilation, int groups)
    {
        var layer = new Convolution("conv", 4, filter) { Stride = stride, Padding = padding, Dilation = dilation, Groups = groups };
        GradientChecker.Check(Session, layer, [new(2, 2, 5, 4)], step: 1, reduction: 2 * filter * filter);
    }

    [Test]
    public void Convolution_without_a_bias() =>
        GradientChecker.Check(Session, new Convolution("conv", 3, new(1, 3)) { Bias = null }, [new(2, 3, 4, 5)], step: 1, reduction: 9);

    [Test]
    public void Convolution_by_Winograd()
    {
        if (Session.Kind != DeviceKind.Cpu)
            Assert.Ignore("The portable kernels have one algorithm, which the other cases show.");
        var x = new Shape(4, 32, 8, 8);
        var layer = new Convolution("conv", 32, 3) { Padding = 1 };
        var choice = new ConvolutionOp(Session, new(x, 32, 3, 1, 1, 1, 1)).Choice;
        Assert.That(choice.Forward, Does.StartWith("Winograd"));
        Assert.That(choice.BackwardData, Does.StartWith("Winograd"));

        // Sums of 32 terms whose errors F(4×4, 3×3) makes 57/8 times larger are as noisy as plain sums of this many.
        const int reduction = 3400;
        GradientChecker.Check(Session, layer, [x], step: 1, reduction);
    }

    [Test]
    public void Inner_product() => GradientChecker.Check(Session, new InnerProduct("ip", 5), [new(3, 2, 3, 2)], step: 1, reduction: 12);

    [TestCase(3, 2, 0)]
    [TestCase(3, 1, 1)]
    [TestCase(2, 3, 1)]
    public void Max_pooling(int filter, int stride, int padding)
    {
        var x = new Shape(2, 2, 5, 6);
        GradientChecker.Check(Session, new MaxPooling("pool", filter, stride, padding), [x], BelowKinks, 1, values: [Distinct(x)]);
    }

    [TestCase(3, 2, 0)]
    [TestCase(3, 1, 1)]
    [TestCase(2, 3, 1)]
    public void Average_pooling(int filter, int stride, int padding) =>
        GradientChecker.Check(Session, new AveragePooling("pool", filter, stride, padding), [new(2, 2, 5, 6)], step: 1, reduction: filter * filter);

    [TestCase(NormRegion.AcrossChannels, 5)]
    [TestCase(NormRegion.AcrossChannels, 3)]
    [TestCase(NormRegion.WithinChannel, 3)]
    public void Local_response_norm(NormRegion region, int size)
    {
        // α far above a model's, so that the norm bends within reach of a step.
        var layer = new LocalResponseNorm("norm", region, new LocalResponseNormParameters(size, Alpha: 1, Beta: 0.75f, K: 1));
        GradientChecker.Check(Session, layer, [new(2, 4, 4, 3)], step: 0.125, reduction: size * size, curved: true);
    }

    [Test]
    public void Relu()
    {
        var x = new Shape(2, 3, 3, 5);
        GradientChecker.Check(Session, new Relu("relu"), [x], BelowKinks, 1, values: [Distinct(x)]);
    }

    [Test]
    public void Dropout() => GradientChecker.Check(Session, new Dropout("drop", 0.4f), [new(2, 3, 3, 5)], step: 1, reduction: 1);

    [Test]
    public void Concatenation() =>
        GradientChecker.Check(Session, new Concatenation("concat"), [new(2, 3, 2, 3), new(2, 1, 2, 3), new(2, 2, 2, 3)], step: 1, reduction: 1);

    [TestCase(1)]
    [TestCase(4)]
    public void Softmax_loss(int batch) =>
        GradientChecker.Check(Session, new SoftmaxLoss("loss", 5, 0.5f), [Shape.Matrix(batch, 5)], step: 0.25, reduction: 5 * batch, curved: true, lossWeight: 0.5);

    [Test]
    public void Split()
    {
        // A split's outputs are its input, so it has no forward pass to differentiate: its gradient is the sum.
        var shape = new Shape(2, 3, 2, 2);
        double[][] dys = [Values.Uniform(shape.Length, 1), Values.Uniform(shape.Length, 2), Values.Uniform(shape.Length, 3)];
        var t = new LayerTensors { Xs = [Empty(shape)], Y = Empty(shape), DXs = [Empty(shape)], DYs = [.. dys.Select(dy => Tensor(shape, dy))] };
        using var split = new Split("split", 3).Open(new(Session, [shape], default));
        split.Backward(t, new Pass(Phase.Train, 0));
        Close.To([.. Enumerable.Range(0, (int)shape.Length).Select(i => dys.Sum(dy => dy[i]))], t.DX.ToArray(), 3, "dx");
    }

    // A shuffled row of …, −3/8, −1/8, 1/8, 3/8, …: no two closer than 1/4, none closer than 1/8 to 0.
    private static double[] Distinct(Shape shape)
    {
        double[] values = [.. Enumerable.Range(0, (int)shape.Length).Select(i => (i - shape.Length / 2 + 0.5) / 4)];
        new Random(1).Shuffle(values);
        return values;
    }
}
