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
        using var network = Branched().Compile(Session, seed: 5, new() { Inspect = inspect });
        network.Input.CopyFrom([.. Values.Uniform(network.Input.Length, 1).Select(value => (float)value)]);
        network.Labels.CopyFrom([0, 2, 1]);
        double Loss()
        {
            network.Forward(Phase.Train, 0);
            return network.ReadLoss().Loss + 0.5 * network.ReadLoss("auxiliary").Loss;
        }

        double loss = Loss();
        network.Backward();
        // The longest sums: conv1 27 terms, conv2 36, conv3 16, the inner product 160, and the loss.
        double noise = loss * (4 * Math.Sqrt(27 + 36 + 16 + 160 + 9) + 5 * 8) / (1 << 24);
        foreach (var parameter in network.Parameters)
            GradientChecker.Compare(parameter.Value, parameter.Gradient, Loss, 0.125, noise, curved: true, GradientChecker.PositionsOn(Session), parameter.Name);
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
