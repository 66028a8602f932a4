using GpuNet.Kernels.Tensors;
using static GpuNet.Layers.Models.ImageNetLayers;

namespace GpuNet.Layers.Models;

/// <summary>
/// CaffeNet, Caffe's <c>bvlc_reference_caffenet</c>: <see cref="AlexNet"/> with pooling before normalisation, which then works on a quarter of
/// the pixels, and with biases that start at 1 instead of 0.1. 57.4 % of ImageNet right at first guess after 310,000 iterations. 60,965,224
/// parameters on 3×227×227 crops of 1,000 classes. Pixels are 0–255 minus the mean image, in the order blue, green, red.
/// </summary>
public static class CaffeNet
{
    /// <summary>Describes the network.</summary>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="classes">Classes to tell apart.</param>
    /// <returns>The builder, ready to be compiled.</returns>
    /// <exception cref="ShapeException">The images are smaller than 39×39.</exception>
    public static NetworkBuilder Build(Shape input, int classes)
    {
        var net = new NetworkBuilder(input, classes);
        AlexNet.ThrowIfTooSmall("caffenet", input);

        var x = net.Convolution("conv1", net.Input, outputs: 96, filter: 11, stride: 4, weights: AlexNet.Weights(0.01), bias: Bias(0));
        x = net.Relu("relu1", x);
        x = net.MaxPooling("pool1", x, filter: 3, stride: 2);
        x = Norm(net, "norm1", x);

        x = net.Convolution("conv2", x, outputs: 256, filter: 5, padding: 2, groups: 2, weights: AlexNet.Weights(0.01), bias: Bias(1));
        x = net.Relu("relu2", x);
        x = net.MaxPooling("pool2", x, filter: 3, stride: 2);
        x = Norm(net, "norm2", x);

        return AlexNet.FromConv3(net, x, bias: 1);
    }
}
