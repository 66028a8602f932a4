using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using static GpuNet.Layers.Models.ImageNetLayers;

namespace GpuNet.Layers.Models;

/// <summary>
/// AlexNet as in Caffe's <c>bvlc_alexnet</c>: 57.1 % of ImageNet right at first guess after 360,000 iterations. 60,965,224 parameters on
/// 3×227×227 crops of 1,000 classes. Pixels are 0–255 minus the mean image, in the order blue, green, red.
/// </summary>
public static class AlexNet
{
    // 39 → conv1 8 → pool1 4 → pool2 2 → pool5 1; of 38, pool2 leaves 1, and a window of 3 does not fit there, even clipped to 2.
    private const int Smallest = 39;

    /// <summary>Describes the network.</summary>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="classes">Classes to tell apart.</param>
    /// <returns>The builder, ready to be compiled.</returns>
    /// <exception cref="ShapeException">The images are smaller than 39×39.</exception>
    public static NetworkBuilder Build(Shape input, int classes)
    {
        var net = new NetworkBuilder(input, classes);
        ThrowIfTooSmall("alexnet", input);

        var x = net.Convolution("conv1", net.Input, outputs: 96, filter: 11, stride: 4, weights: Weights(0.01), bias: Bias(0));
        x = net.Relu("relu1", x);
        x = Norm(net, "norm1", x);
        x = net.MaxPooling("pool1", x, filter: 3, stride: 2);

        x = net.Convolution("conv2", x, outputs: 256, filter: 5, padding: 2, groups: 2, weights: Weights(0.01), bias: Bias(0.1));
        x = net.Relu("relu2", x);
        x = Norm(net, "norm2", x);
        x = net.MaxPooling("pool2", x, filter: 3, stride: 2);

        return FromConv3(net, x, bias: 0.1);
    }

    /// <summary>Throws if the images leave the last pooling nothing to pool; the same for CaffeNet.</summary>
    internal static void ThrowIfTooSmall(string model, Shape input) =>
        SmallestImage.ThrowIfBelow(model, input, Smallest, "conv1 has stride 4 and three poolings halve what it leaves, and the last must find 2×2 pixels");

    /// <summary>The network from its third convolution on, which CaffeNet has too.</summary>
    /// <param name="net">The network.</param>
    /// <param name="x">What the third convolution reads.</param>
    /// <param name="bias">What the biases start at that do not start at 0.</param>
    /// <returns>The network, complete.</returns>
    internal static NetworkBuilder FromConv3(NetworkBuilder net, LayerOutput x, double bias)
    {
        x = net.Convolution("conv3", x, outputs: 384, filter: 3, padding: 1, weights: Weights(0.01), bias: Bias(0));
        x = net.Relu("relu3", x);

        x = net.Convolution("conv4", x, outputs: 384, filter: 3, padding: 1, groups: 2, weights: Weights(0.01), bias: Bias(bias));
        x = net.Relu("relu4", x);

        x = net.Convolution("conv5", x, outputs: 256, filter: 3, padding: 1, groups: 2, weights: Weights(0.01), bias: Bias(bias));
        x = net.Relu("relu5", x);
        x = net.MaxPooling("pool5", x, filter: 3, stride: 2);

        x = net.InnerProduct("fc6", x, outputs: 4096, weights: Weights(0.005), bias: Bias(bias));
        x = net.Relu("relu6", x);
        x = net.Dropout("drop6", x, ratio: 0.5f);

        x = net.InnerProduct("fc7", x, outputs: 4096, weights: Weights(0.005), bias: Bias(bias));
        x = net.Relu("relu7", x);
        x = net.Dropout("drop7", x, ratio: 0.5f);

        x = net.InnerProduct("fc8", x, outputs: net.Classes, weights: Weights(0.01), bias: Bias(0));
        net.SoftmaxLoss("loss", x);
        return net;
    }

    internal static ParameterOptions Weights(double deviation) => Filler.Gaussian(0, deviation);
}
