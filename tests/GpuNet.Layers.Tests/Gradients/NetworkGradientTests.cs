using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Gradients;

public sealed class NetworkGradientTests(string device) : DeviceFixture(device)
{
    [TestCase(false)]
    [TestCase(true)]
    public void Every_parameter_of_a_network_with_a_branch_and_two_losses(bool inspect)
    {
        if (inspect && Device == "simulated-gpu")
            Assert.Ignore("Too slow here; which memory a tensor has does not depend on the device.");
        using var network = Branched().Compile(Session, seed: 5, new() { Inspect = inspect });
        // The longest sums: conv1 27 terms, conv2 36, conv3 16, the inner product 160, and the loss.
        Check(network, [0, 2, 1], 27 + 36 + 16 + 160 + 9, layers: 5);
    }

    [Test]
    public void Every_parameter_of_a_fused_inception_module_whose_rectifiers_hold_back_some_channels()
    {
        if (Device == "simulated-gpu")
            Assert.Ignore("Too slow here; fused networks have the bits of others on this device too.");
        using var network = Inception().Compile(Session, seed: 5);
        // Biases of either sign keep every rectifier's inputs far from its kink. They make the images much alike, so a label for each class would make
        // the gradients nearly 0.
        foreach (var bias in network.Parameters.Where(parameter => parameter.Name.StartsWith("conv", StringComparison.Ordinal) && parameter.Name.EndsWith(".bias", StringComparison.Ordinal)))
            bias.Value.CopyFrom([.. Enumerable.Range(0, (int)bias.Shape.Length).Select(i => i % 3 == 1 ? -1.5f : 1.5f)]);
        Assert.That(network.Summary, Does.Contain("in conv1").And.Contain("in concat"));
        // The longest sums: conv1 27 terms, conv2 36, conv3 4, conv4 4 and the pooling's 9, the inner products 220, and the loss.
        Check(network, [0, 0, 1], 27 + 36 + 4 + 4 + 9 + 220 + 9, layers: 6);
    }

    // The losses "loss" and half of "auxiliary" together.
    private void Check(Network network, float[] labels, long terms, int layers)
    {
        network.Input.CopyFrom([.. Values.Uniform(network.Input.Length, 1).Select(value => (float)value)]);
        network.Labels.CopyFrom(labels);
        double Loss()
        {
            network.Forward(Phase.Train, 0);
            return network.ReadLoss().Loss + 0.5 * network.ReadLoss("auxiliary").Loss;
        }

        double loss = Loss();
        network.Backward();
        double noise = loss * (4 * Math.Sqrt(terms) + layers * 8) / (1 << 24);
        foreach (var parameter in network.Parameters)
            GradientChecker.Compare(parameter.Value, parameter.Gradient, Loss, 0.125, noise, curved: true, GradientChecker.PositionsOn(Session), parameter.Name);
    }

    // conv1 → ReLU → split → 1×1, 3×3 and average pooling with 1×1, each rectified → concat → split → inner products → losses.
    private static NetworkBuilder Inception()
    {
        var net = new NetworkBuilder(new Shape(3, 3, 4, 5), classes: 3);
        var small = Filler.Gaussian(0, 0.1);
        var scores = Filler.Gaussian(0, 0.05);
        var x = net.Relu("relu1", net.Convolution("conv1", net.Input, outputs: 4, filter: 3, padding: 1, weights: small));
        var a = net.Relu("relu2", net.Convolution("conv2", x, outputs: 3, filter: 3, padding: 1, weights: Filler.Gaussian(0, 0.03)));
        var b = net.Relu("relu3", net.Convolution("conv3", x, outputs: 3, filter: 1, weights: small));
        var c = net.AveragePooling("pool4", x, filter: 3, stride: 1, padding: 1);
        c = net.Relu("relu4", net.Convolution("conv4", c, outputs: 4, filter: 1, weights: small));
        var all = net.Concatenation("concat", a, b, c);
        net.SoftmaxLoss("auxiliary", net.InnerProduct("ip1", all, outputs: 3, weights: scores), weight: 0.5f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", all, outputs: 3, weights: scores));
        return net;
    }

    // conv1 → split → (conv2 → ReLU), (average pooling → conv3 → norm), itself → concat → split → inner products → losses. Conv2's bias keeps
    // ReLU's inputs near 1.5, so that no step crosses its kink.
    private static NetworkBuilder Branched()
    {
        var net = new NetworkBuilder(new Shape(3, 3, 4, 5), classes: 3);
        var small = Filler.Gaussian(0, 0.1);
        var scores = Filler.Gaussian(0, 0.15);
        var x = net.Convolution("conv1", net.Input, outputs: 4, filter: 3, padding: 1, weights: small);
        var a = net.Relu("relu2", net.Convolution("conv2", x, outputs: 2, filter: 3, padding: 1, weights: small, bias: Filler.Constant(1.5)));
        var b = net.AveragePooling("pool3", x, filter: 3, stride: 1, padding: 1);
        b = net.Convolution("conv3", b, outputs: 2, filter: 1, weights: small);
        b = net.LocalResponseNorm("norm3", b, NormRegion.AcrossChannels, size: 3, alpha: 0.5f, beta: 0.75f);
        var all = net.Concatenation("concat", a, b, x);
        net.SoftmaxLoss("auxiliary", net.InnerProduct("ip1", all, outputs: 3, weights: scores), weight: 0.5f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", all, outputs: 3, weights: scores));
        return net;
    }
}
