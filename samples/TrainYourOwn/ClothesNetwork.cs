using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Layers.Initialization;

/// <summary>A small convolutional network for small pictures: two convolutions, each with a rectifier and max pooling, dropout and two inner products.</summary>
internal static class ClothesNetwork
{
    /// <summary>Describes the network; no device is touched before it is compiled.</summary>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="classes">Classes to tell apart.</param>
    public static NetworkBuilder Build(Shape input, int classes)
    {
        var net = new NetworkBuilder(input, classes);
        // The first weights are small, since pixels are not: 0–255, less the mean.
        var x = Stage(net, "1", net.Input, outputs: 16, Filler.Gaussian(0, 0.001));
        x = Stage(net, "2", x, outputs: 32, Filler.Msra);
        x = net.Relu("relu3", net.InnerProduct("ip1", x, outputs: 64, weights: Filler.Msra));
        x = net.Dropout("drop1", x, ratio: 0.25f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", x, classes));
        return net;
    }

    // Layers are calls, so what comes again is a method.
    private static LayerOutput Stage(NetworkBuilder net, string name, LayerOutput x, int outputs, Filler weights)
    {
        x = net.Convolution($"conv{name}", x, outputs, filter: 5, padding: 2, weights: weights);
        return net.MaxPooling($"pool{name}", net.Relu($"relu{name}", x), filter: 2, stride: 2);
    }
}
