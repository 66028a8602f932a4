using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers.Models;

/// <summary>
/// Caffe's <c>cifar10_quick</c>: about 75 % on CIFAR-10 after 5,000 iterations. 145,578 parameters on 3×32×32 images of 10 classes. Pixels
/// are 0–255 minus the mean image.
/// </summary>
public static class Cifar10Quick
{
    private static readonly ParameterOptions Bias = new(Filler.Constant(0), RateMultiplier: 2);

    /// <summary>Describes the network.</summary>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="classes">Classes to tell apart.</param>
    /// <returns>The builder, ready to be compiled.</returns>
    /// <exception cref="ShapeException">The images are too small for the filters.</exception>
    public static NetworkBuilder Build(Shape input, int classes)
    {
        var net = new NetworkBuilder(input, classes);

        var x = net.Convolution("conv1", net.Input, outputs: 32, filter: 5, padding: 2, weights: Filler.Gaussian(0, 1e-4), bias: Bias);
        x = net.MaxPooling("pool1", x, filter: 3, stride: 2);
        x = net.Relu("relu1", x);

        x = net.Convolution("conv2", x, outputs: 32, filter: 5, padding: 2, weights: Filler.Gaussian(0, 0.01), bias: Bias);
        x = net.Relu("relu2", x);
        x = net.AveragePooling("pool2", x, filter: 3, stride: 2);

        x = net.Convolution("conv3", x, outputs: 64, filter: 5, padding: 2, weights: Filler.Gaussian(0, 0.01), bias: Bias);
        x = net.Relu("relu3", x);
        x = net.AveragePooling("pool3", x, filter: 3, stride: 2);

        x = net.InnerProduct("ip1", x, outputs: 64, weights: Filler.Gaussian(0, 0.1), bias: Bias);
        x = net.InnerProduct("ip2", x, outputs: classes, weights: Filler.Gaussian(0, 0.1), bias: Bias);
        net.SoftmaxLoss("loss", x);
        return net;
    }
}
