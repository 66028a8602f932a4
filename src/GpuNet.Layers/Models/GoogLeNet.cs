using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using static GpuNet.Layers.Models.ImageNetLayers;

namespace GpuNet.Layers.Models;

/// <summary>
/// GoogLeNet as in Caffe's <c>bvlc_googlenet</c>: nine inception modules, and two auxiliary heads whose losses count 0.3 each. 68.7 % of
/// ImageNet right at first guess after 2,400,000 iterations. On 3×224×224 crops of 1,000 classes it has 13,378,280 parameters, and 6,998,552
/// without the heads. Pixels are 0–255 minus the mean of their channel, in the order blue, green, red.
/// </summary>
/// <remarks>
/// On crops of other sizes the last pooling still averages all pixels that are left (7×7 of 224), and a head has an inner product as large as
/// its 5×5 pooling leaves it: of 224 that is 4×4 of 14×14, of 112 2×2 of 7×7, of 96 2×2 of 6×6, the second window clipped in both.
/// </remarks>
public static class GoogLeNet
{
    // 31 → 16 → pool1 8 → pool2 4 → pool3 2 → pool4 1. A head needs 3 pixels behind pool3, the least that its window takes when clipped:
    // 47 → 24 → 12 → 6 → 3.
    private const int Smallest = 31;
    private const int SmallestWithHeads = 47;

    /// <summary>The layers that have weights and are there in training only: a file of a network with heads has tensors of them, which the network
    /// without heads does not read.</summary>
    public static IReadOnlyList<string> AuxiliaryLayers { get; } =
        ["loss1/conv", "loss1/fc", "loss1/classifier", "loss2/conv", "loss2/fc", "loss2/classifier"];

    /// <summary>Describes the network.</summary>
    /// <param name="input">Shape of a batch: (N, C, H, W).</param>
    /// <param name="classes">Classes to tell apart.</param>
    /// <param name="auxiliaryHeads">Whether it has the two auxiliary heads. Training needs them; nothing that the main head computes does.</param>
    /// <returns>The builder, ready to be compiled. Its losses are <c>loss1/loss</c>, <c>loss2/loss</c> and, the main one, <c>loss3/loss</c>.</returns>
    /// <exception cref="ShapeException">The images are smaller than 47×47, or 31×31 without heads.</exception>
    public static NetworkBuilder Build(Shape input, int classes, bool auxiliaryHeads = true)
    {
        var net = new NetworkBuilder(input, classes);
        if (auxiliaryHeads)
            SmallestImage.ThrowIfBelow("googlenet", input, SmallestWithHeads, "an auxiliary head must find 3×3 pixels behind conv1 and three poolings, which halve the image each");
        else
            SmallestImage.ThrowIfBelow("googlenet", input, Smallest, "conv1 and four poolings halve the image each, and the last must find 2×2 pixels");

        var x = Convolution(net, "conv1/7x7_s2", net.Input, outputs: 64, filter: 7, stride: 2, padding: 3);
        x = net.MaxPooling("pool1/3x3_s2", x, filter: 3, stride: 2);
        x = Norm(net, "pool1/norm1", x);

        x = Convolution(net, "conv2/3x3_reduce", x, outputs: 64, filter: 1);
        x = Convolution(net, "conv2/3x3", x, outputs: 192, filter: 3, padding: 1);
        x = Norm(net, "conv2/norm2", x);
        x = net.MaxPooling("pool2/3x3_s2", x, filter: 3, stride: 2);

        x = Inception(net, "3a", x, conv1: 64, reduce3: 96, conv3: 128, reduce5: 16, conv5: 32, project: 32);
        x = Inception(net, "3b", x, conv1: 128, reduce3: 128, conv3: 192, reduce5: 32, conv5: 96, project: 64);
        x = net.MaxPooling("pool3/3x3_s2", x, filter: 3, stride: 2);

        x = Inception(net, "4a", x, conv1: 192, reduce3: 96, conv3: 208, reduce5: 16, conv5: 48, project: 64);
        if (auxiliaryHeads)
            AuxiliaryHead(net, "loss1", x);
        x = Inception(net, "4b", x, conv1: 160, reduce3: 112, conv3: 224, reduce5: 24, conv5: 64, project: 64);
        x = Inception(net, "4c", x, conv1: 128, reduce3: 128, conv3: 256, reduce5: 24, conv5: 64, project: 64);
        x = Inception(net, "4d", x, conv1: 112, reduce3: 144, conv3: 288, reduce5: 32, conv5: 64, project: 64);
        if (auxiliaryHeads)
            AuxiliaryHead(net, "loss2", x);
        x = Inception(net, "4e", x, conv1: 256, reduce3: 160, conv3: 320, reduce5: 32, conv5: 128, project: 128);
        x = net.MaxPooling("pool4/3x3_s2", x, filter: 3, stride: 2);

        x = Inception(net, "5a", x, conv1: 256, reduce3: 160, conv3: 320, reduce5: 32, conv5: 128, project: 128);
        x = Inception(net, "5b", x, conv1: 384, reduce3: 192, conv3: 384, reduce5: 48, conv5: 128, project: 128);

        x = net.AveragePooling("pool5/7x7_s1", x, filter: new(x.Shape.H, x.Shape.W), stride: 1);
        x = net.Dropout("pool5/drop_7x7_s1", x, ratio: 0.4f);
        x = net.InnerProduct("loss3/classifier", x, outputs: classes, Filler.Xavier, Bias(0));
        net.SoftmaxLoss("loss3/loss", x);
        return net;
    }

    // One row of the paper's table: four branches over the same pixels, concatenated in this order.
    private static LayerOutput Inception(NetworkBuilder net, string row, LayerOutput x, int conv1, int reduce3, int conv3, int reduce5, int conv5, int project)
    {
        string name = $"inception_{row}";

        var one = Convolution(net, $"{name}/1x1", x, conv1, filter: 1);

        var three = Convolution(net, $"{name}/3x3_reduce", x, reduce3, filter: 1);
        three = Convolution(net, $"{name}/3x3", three, conv3, filter: 3, padding: 1);

        var five = Convolution(net, $"{name}/5x5_reduce", x, reduce5, filter: 1);
        five = Convolution(net, $"{name}/5x5", five, conv5, filter: 5, padding: 2);

        var pool = net.MaxPooling($"{name}/pool", x, filter: 3, stride: 1, padding: 1);
        pool = Convolution(net, $"{name}/pool_proj", pool, project, filter: 1);

        return net.Concatenation($"{name}/output", one, three, five, pool);
    }

    private static void AuxiliaryHead(NetworkBuilder net, string name, LayerOutput x)
    {
        x = net.AveragePooling($"{name}/ave_pool", x, filter: 5, stride: 3);
        x = Convolution(net, $"{name}/conv", x, outputs: 128, filter: 1);
        x = net.InnerProduct($"{name}/fc", x, outputs: 1024, Filler.Xavier, Bias(0.2));
        x = net.Relu($"{name}/relu_fc", x);
        x = net.Dropout($"{name}/drop_fc", x, ratio: 0.7f);
        x = net.InnerProduct($"{name}/classifier", x, outputs: net.Classes, Filler.Xavier, Bias(0));
        net.SoftmaxLoss($"{name}/loss", x, weight: 0.3f);
    }

    // Every convolution has a ReLU behind it: conv1/7x7_s2 has conv1/relu_7x7_s2.
    private static LayerOutput Convolution(NetworkBuilder net, string name, LayerOutput x, int outputs, int filter, int stride = 1, int padding = 0)
    {
        x = net.Convolution(name, x, outputs, filter, stride, padding, weights: Filler.Xavier, bias: Bias(0.2));
        return net.Relu(name.Replace("/", "/relu_", StringComparison.Ordinal), x);
    }
}
