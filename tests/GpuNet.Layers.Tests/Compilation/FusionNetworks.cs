using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Layers.Models;

namespace GpuNet.Layers.Tests.Compilation;

/// <summary>Small networks, each with a place where layers may do their neighbours' passes, or may not.</summary>
internal static class FusionNetworks
{
    private static readonly Filler Weights = Filler.Msra;

    /// <summary>Each: the network, and the layers whose forward and whose backward pass others do.</summary>
    public static TestCaseData[] Cases { get; } =
    [
        Case("cifar10_quick", () => Cifar10Quick.Build(new(2, 3, 16, 16), SmallNetwork.Classes), "relu2 relu3", "relu1 relu2 relu3"),
        Case("cifar10_full", () => Cifar10Full.Build(new(2, 3, 16, 16), SmallNetwork.Classes), "relu2 relu3", "relu1 relu2 relu3"),
        Case("every kind of layer", () => SmallNetwork.Build(), "relu1 relu2a relu2b", "relu1"),
        Case("an inception module before a pooling", InceptionBeforePooling, "relu0 reluA reluB reluC reluD reluB0 reluC0 concat", "relu0 reluA reluB reluC reluD reluB0 reluC0 concat"),
        Case("an inception module with several readers", InceptionWithReaders, "relu0 reluA reluB reluC reluD reluB0 reluC0 concat", "relu0 reluA reluB reluC reluD reluB0 reluC0 concat"),
        Case("an inception module before a layer that masks nothing", InceptionBeforeUnaware, "relu0 reluA reluB reluC reluD reluB0 reluC0", "relu0 reluB0 reluC0"),
        Case("a concatenation with a pooling among its branches", MixedBranches, "relu1", "relu2"),
        Case("a concatenation with rectifiers on some branches", PartlyRectified, "relu1", ""),
        Case("a concatenation without rectifiers, and one behind it", RectifiedBehind, "concat", "concat relu"),
        Case("a concatenation of one branch, and one of another", NestedConcatenations, "relu1 inner", "relu1 inner"),
        Case("normalisation and pooling behind rectified convolutions", NormBehindRelu, "relu1 relu2", "relu1 relu2"),
        Case("rectified inner products with dropout", DropoutBehindRelu, "relu1 relu2", "relu1 relu2 relu3"),
        Case("masked dropout under a layer that may run in place", DropoutUnderInPlace, "relu1", "relu1"),
        Case("inner products behind rectified ones", InnerProductsBehindRelu, "relu1 relu2", "relu1 relu2"),
        Case("a rectifier with two readers", TwoReaders, "relu1", "relu1"),
        Case("rectifiers in a row, before anything learns", RectifiersFirst, "", "relu3"),
        Case("layers that know nothing of fusion", Unaware, "relu1", ""),
    ];

    /// <summary>Whether it is one of the networks that together have every layer which does its neighbour's pass: convolutions, poolings and a
    /// concatenation; normalisations and groups; inner products and dropout.</summary>
    public static bool HasEveryPortablePass(Func<NetworkBuilder> build) => build == InceptionBeforePooling || build == DropoutBehindRelu || build == NormBehindRelu;

    public static NetworkBuilder InceptionBeforePooling() => Build((net, x) => net.MaxPooling("pool", Inception(net, x), filter: 3, stride: 2));

    public static NetworkBuilder InceptionWithReaders() => Build((net, x) =>
    {
        x = Inception(net, x);
        var a = net.AveragePooling("pool1", x, filter: 2, stride: 2);
        var b = net.MaxPooling("pool2", x, filter: 2, stride: 2);
        return net.Concatenation("concat2", a, b, net.Convolution("conv3", x, outputs: 3, filter: 3, stride: 2, padding: 1, weights: Weights));
    });

    public static NetworkBuilder InceptionBeforeUnaware() => Build((net, x) => net.Add(new Twice("twice"), Inception(net, x)));

    public static NetworkBuilder MixedBranches() => Build((net, x) =>
    {
        var a = net.Relu("relu1", Convolution(net, "conv1", x, 4));
        var b = net.MaxPooling("pool1", x, filter: 3, stride: 1, padding: 1);
        return net.MaxPooling("pool2", net.Relu("relu2", net.Concatenation("concat", a, b)), filter: 3, stride: 2);
    });

    public static NetworkBuilder PartlyRectified() => Build((net, x) =>
    {
        var a = net.Relu("relu1", Convolution(net, "conv1", x, 4));
        var b = Convolution(net, "conv2", x, 5);
        return net.MaxPooling("pool2", net.Concatenation("concat", a, b), filter: 3, stride: 2);
    });

    public static NetworkBuilder RectifiedBehind() => Build((net, x) =>
    {
        x = net.Concatenation("concat", Convolution(net, "conv1", x, 4), Convolution(net, "conv2", x, 5));
        return net.MaxPooling("pool", net.Relu("relu", x), filter: 3, stride: 2);
    });

    public static NetworkBuilder NestedConcatenations() => Build((net, x) =>
    {
        x = net.Concatenation("inner", net.Relu("relu1", Convolution(net, "conv1", x, 3)));
        var a = Convolution(net, "conv2", x, 5);
        return net.Concatenation("outer", a, net.AveragePooling("pool", x, filter: 3, stride: 1, padding: 1));
    });

    public static NetworkBuilder NormBehindRelu() => Build((net, x) =>
    {
        x = net.Relu("relu1", Convolution(net, "conv1", x, 8));
        x = net.LocalResponseNorm("norm1", x, NormRegion.AcrossChannels, size: 5, alpha: 0.1f, beta: 0.75f);
        x = net.MaxPooling("pool1", x, filter: 3, stride: 2);
        x = net.Relu("relu2", net.Convolution("conv2", x, outputs: 6, filter: 3, padding: 1, groups: 2, weights: Weights));
        x = net.LocalResponseNorm("norm2", x, NormRegion.WithinChannel, size: 3, alpha: 0.1f, beta: 0.75f);
        return net.MaxPooling("pool2", x, filter: 3, stride: 2);
    });

    public static NetworkBuilder DropoutBehindRelu() => Build((net, x) =>
    {
        x = net.Dropout("drop1", net.Relu("relu1", net.InnerProduct("ip1", x, outputs: 24, weights: Weights)), ratio: 0.5f);
        x = net.Dropout("drop2", net.Relu("relu2", net.InnerProduct("ip2", x, outputs: 20, weights: Weights)), ratio: 0.25f);
        return net.Dropout("drop3", net.Relu("relu3", net.Add(new Twice("twice"), x)), ratio: 0.25f);
    });

    public static NetworkBuilder DropoutUnderInPlace() => Build((net, x) =>
    {
        x = net.Dropout("drop1", net.Relu("relu1", Convolution(net, "conv1", x, 6)), ratio: 0.3f);
        return net.Add(new Negated("negated"), x);
    });

    public static NetworkBuilder InnerProductsBehindRelu() => Build((net, x) =>
    {
        x = net.Relu("relu1", net.InnerProduct("ip1", x, outputs: 24, weights: Weights));
        return net.Relu("relu2", net.InnerProduct("ip2", x, outputs: 20, weights: Weights));
    });

    public static NetworkBuilder TwoReaders() => Build((net, x) =>
    {
        x = net.Relu("relu1", Convolution(net, "conv1", x, 6));
        return net.Concatenation("concat", x, Convolution(net, "conv2", x, 3));
    });

    public static NetworkBuilder RectifiersFirst() => Build((net, x) =>
    {
        x = net.Relu("relu2", net.Relu("relu1", x));
        x = net.Relu("relu4", net.Add(new Twice("twice"), Convolution(net, "conv1", x, 6)));
        return net.MaxPooling("pool", net.Relu("relu3", x), filter: 3, stride: 2);
    });

    public static NetworkBuilder Unaware() => Build((net, x) =>
    {
        x = net.Add(new Twice("twice1"), net.Relu("relu1", Convolution(net, "conv1", x, 6)));
        return net.Add(new Twice("twice3"), net.Relu("relu2", net.Add(new Twice("twice2"), x)));
    });

    /// <summary>GoogLeNet's module, behind a rectified convolution: 1×1, 3×3, 5×5, and a pooling with 1×1.</summary>
    public static LayerOutput Inception(NetworkBuilder net, LayerOutput x)
    {
        x = net.Relu("relu0", Convolution(net, "conv0", x, 8));
        var a = net.Relu("reluA", net.Convolution("convA", x, outputs: 4, filter: 1, weights: Weights));
        var b = net.Relu("reluB0", net.Convolution("convB0", x, outputs: 6, filter: 1, weights: Weights));
        b = net.Relu("reluB", net.Convolution("convB", b, outputs: 9, filter: 3, padding: 1, weights: Weights));
        var c = net.Relu("reluC0", net.Convolution("convC0", x, outputs: 3, filter: 1, weights: Weights));
        c = net.Relu("reluC", net.Convolution("convC", c, outputs: 5, filter: 5, padding: 2, weights: Weights));
        var d = net.MaxPooling("poolD", x, filter: 3, stride: 1, padding: 1);
        d = net.Relu("reluD", net.Convolution("convD", d, outputs: 2, filter: 1, weights: Weights));
        return net.Concatenation("concat", a, b, c, d);
    }

    private static LayerOutput Convolution(NetworkBuilder net, string name, LayerOutput x, int outputs) =>
        net.Convolution(name, x, outputs, filter: 3, padding: 1, weights: Weights);

    private static NetworkBuilder Build(Func<NetworkBuilder, LayerOutput, LayerOutput> middle)
    {
        var net = new NetworkBuilder(new Shape(3, 3, 9, 8), SmallNetwork.Classes);
        net.SoftmaxLoss("loss", net.InnerProduct("scores", middle(net, net.Input), outputs: SmallNetwork.Classes));
        return net;
    }

    private static TestCaseData Case(string name, Func<NetworkBuilder> build, string forward, string backward) =>
        new TestCaseData(build, Names(forward), Names(backward)).SetArgDisplayNames(name);

    private static string[] Names(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>y = 2x: a layer that declares nothing.</summary>
    private sealed class Twice(string name) : Layer(name)
    {
        public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Single(inputs);

        public override BoundLayer Open(LayerContext context) => new Bound();

        private sealed class Bound : BoundLayer
        {
            public override void Forward(LayerTensors t, Pass pass) => t.Y.CopyFrom([.. t.X.ToArray().Select(x => 2 * x)]);

            public override void Backward(LayerTensors t, Pass pass)
            {
                if (t.NeedsDX)
                    t.DX.CopyFrom([.. t.DY.ToArray().Select(dy => 2 * dy)]);
            }
        }
    }

    /// <summary>y = −x: a layer that may overwrite what the layer below has written.</summary>
    private sealed class Negated(string name) : Layer(name)
    {
        public override bool MayRunInPlace => true;

        public override bool BackwardReadsInputs => false;

        public override bool BackwardReadsOutput => false;

        public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Single(inputs);

        public override BoundLayer Open(LayerContext context) => new Bound();

        private sealed class Bound : BoundLayer
        {
            public override void Forward(LayerTensors t, Pass pass) => t.Y.CopyFrom([.. t.X.ToArray().Select(x => -x)]);

            public override void Backward(LayerTensors t, Pass pass)
            {
                if (t.NeedsDX)
                    t.DX.CopyFrom([.. t.DY.ToArray().Select(dy => -dy)]);
            }
        }
    }
}
