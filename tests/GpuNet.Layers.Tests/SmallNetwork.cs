using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers.Tests;

/// <summary>A small network with every kind of layer: a branch, a chain that runs in place, an auxiliary head.</summary>
internal static class SmallNetwork
{
    public const int Classes = 4;

    public static NetworkBuilder Build(int batch = 6)
    {
        var net = new NetworkBuilder(new Shape(batch, 3, 9, 8), Classes);
        var x = net.Convolution("conv1", net.Input, outputs: 8, filter: 3, padding: 1, weights: Filler.Msra);
        x = net.Relu("relu1", x);
        x = net.LocalResponseNorm("norm1", x, NormRegion.WithinChannel, size: 3, alpha: 0.5f, beta: 0.75f);
        x = net.MaxPooling("pool1", x, filter: 3, stride: 2);
        var a = net.Relu("relu2a", net.Convolution("conv2a", x, outputs: 4, filter: 1, weights: Filler.Msra, bias: new(Filler.Constant(0.1), RateMultiplier: 2, DecayMultiplier: 0)));
        var b = net.Relu("relu2b", net.Convolution("conv2b", x, outputs: 5, filter: 3, padding: 1, weights: Filler.Msra));
        var c = net.AveragePooling("pool2c", x, filter: 3, stride: 1, padding: 1);
        x = net.Concatenation("concat", a, b, c);
        net.SoftmaxLoss("auxiliary", net.InnerProduct("ip2", x, outputs: Classes), weight: 0.3f);
        x = net.LocalResponseNorm("norm2", x, NormRegion.AcrossChannels, size: 5, alpha: 0.1f, beta: 0.75f);
        x = net.Dropout("drop3", net.InnerProduct("ip3", x, outputs: 24), ratio: 0.25f);
        x = net.InnerProduct("ip4", x, outputs: Classes, hasBias: false);
        net.SoftmaxLoss("loss", x);
        return net;
    }

    public static void Fill(Network network)
    {
        network.Input.CopyFrom([.. Values.Uniform(network.Input.Length, 11).Select(value => (float)value)]);
        network.Labels.CopyFrom([.. Enumerable.Range(0, network.Labels.Shape.N).Select(i => (float)(i * 3 % network.Classes))]);
    }
}
