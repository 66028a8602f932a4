using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

public sealed class NetworkBuilderTests
{
    private static readonly Shape Input = new(2, 3, 8, 8);

    // Each: what is built, and what its one line must name.
    private static readonly TestCaseData[] BadShapes =
    [
        Bad("a filter larger than the padded input", net => net.Convolution("conv2", net.MaxPooling("pool", net.Input, 3, 3), 4, filter: 5), "conv2", "5×5", "3×3", "padding"),
        Bad("no output channels", net => net.Convolution("conv1", net.Input, outputs: 0, filter: 3), "conv1", "0"),
        Bad("a stride of 0", net => net.Convolution("conv1", net.Input, 4, filter: 3, stride: 0), "conv1", "stride 0×0"),
        Bad("groups that do not divide the channels", net => net.Convolution("conv1", net.Input, 4, filter: 3, groups: 2), "conv1", "2 groups", "3 input"),
        Bad("a pooling window larger than the input", net => net.AveragePooling("pool1", net.Input, filter: 20, stride: 1), "pool1", "20×20"),
        Bad("a pooling with more padding than window", net => net.MaxPooling("pool1", net.Input, filter: 2, stride: 1, padding: 2), "pool1", "padding 2×2", "2×2"),
        Bad("a norm of even size", net => net.LocalResponseNorm("norm1", net.Input, NormRegion.AcrossChannels, size: 4, alpha: 1, beta: 1), "norm1", "4"),
        Bad("an inner product without outputs", net => net.InnerProduct("ip1", net.Input, outputs: 0), "ip1", "0"),
        Bad("branches of different sizes", net => net.Concatenation("concat", net.Input, net.MaxPooling("pool", net.Input, 2, 2)), "concat", "2×3×8×8", "2×3×4×4"),
        Bad("an empty concatenation", net => net.Concatenation("concat"), "concat", "no inputs"),
        Bad("scores for another number of classes", net => { net.SoftmaxLoss("loss", net.InnerProduct("ip1", net.Input, outputs: 5)); return net.Input; }, "loss", "2×5×1×1", "2×10×1×1"),
        Bad("a layer with one input given two", net => net.Add(new Relu("relu1"), net.Input, net.Input), "relu1", "2 inputs", "exactly one"),
    ];

    [TestCaseSource(nameof(BadShapes))]
    public void Shapes_that_do_not_fit_are_refused_where_the_layer_is_added(Func<NetworkBuilder, LayerOutput> build, string[] named)
    {
        var net = new NetworkBuilder(Input, 10);
        string message = Assert.Catch<ArgumentException>(() => build(net))!.Message;
        Assert.That(named, Is.All.Matches<string>(text => message.Contains(text!, StringComparison.Ordinal)), message);
        Assert.That(message, Does.Not.Contain("\n").And.EndsWith("."));
    }

    [Test]
    public void What_a_layer_reads_and_learns_is_known()
    {
        var network = new NetworkBuilder(new(2, 3, 8, 8), 10);
        var conv = network.Convolution("conv", network.Input, 4, 3);
        network.Concatenation("join", conv, network.Convolution("other", network.Input, 5, 3));
        Assert.That(network.Layers.Select(network.InputsOf), Is.EqualTo(new Shape[][] { [new(2, 3, 8, 8)], [new(2, 3, 8, 8)], [new(2, 4, 6, 6), new(2, 5, 6, 6)] }));
        Assert.That(network.Layers.Select(network.SourcesOf), Is.EqualTo(new string[][] { ["input"], ["input"], ["conv", "other"] }));
        Assert.That(network.ParameterShapes, Is.EqualTo(new (string, Shape)[] { ("conv.weights", new(4, 3, 3, 3)), ("conv.bias", new(1, 4, 1, 1)), ("other.weights", new(5, 3, 3, 3)), ("other.bias", new(1, 5, 1, 1)) }));
        Assert.That(() => network.InputsOf(new Relu("elsewhere")), Throws.TypeOf<NetworkException>().With.Message.StartsWith("elsewhere"));
        Assert.That(() => network.SourcesOf(new Relu("elsewhere")), Throws.TypeOf<NetworkException>().With.Message.StartsWith("elsewhere"));
    }

    [Test]
    public void An_empty_input_or_a_single_class_is_refused()
    {
        Assert.That(() => new NetworkBuilder(new Shape(0, 3, 8, 8), 10), Throws.TypeOf<ShapeException>().With.Message.Contains("0×3×8×8"));
        Assert.That(() => new NetworkBuilder(Input, 1), Throws.TypeOf<NetworkException>().With.Message.Contains("1 classes"));
    }

    [Test]
    public void A_name_that_is_taken_is_refused()
    {
        var net = new NetworkBuilder(Input, 10);
        net.Relu("x1", net.Input);
        Assert.That(() => net.MaxPooling("x1", net.Input, 2, 2), Throws.TypeOf<NetworkException>().With.Message.Contains("x1").And.Message.Contains("Relu").And.Message.Contains("MaxPooling"));
        Assert.That(() => net.Relu("input", net.Input), Throws.TypeOf<NetworkException>().With.Message.Contains("input"));
        Assert.That(() => net.Relu(" ", net.Input), Throws.TypeOf<NetworkException>().With.Message.Contains("Relu has no name"));
    }

    [Test]
    public void An_output_of_another_network_is_refused()
    {
        var (net, other) = (new NetworkBuilder(Input, 10), new NetworkBuilder(Input, 10));
        Assert.That(() => net.Relu("relu1", other.Input), Throws.TypeOf<NetworkException>().With.Message.Contains("relu1").And.Message.Contains("input"));
        Assert.That(() => net.Relu("relu1", null!), Throws.TypeOf<NetworkException>().With.Message.Contains("null"));
    }

    [Test]
    public void A_refused_layer_leaves_the_network_as_it_was()
    {
        var net = new NetworkBuilder(Input, 10);
        Assert.That(() => net.Convolution("conv1", net.Input, 4, filter: 50), Throws.TypeOf<ShapeException>());
        Assert.That(net.Layers, Is.Empty);
        Assert.That(net.Convolution("conv1", net.Input, 4, filter: 5).Shape, Is.EqualTo(new Shape(2, 4, 4, 4)));
    }

    [Test]
    public void A_network_without_a_loss_does_not_compile()
    {
        var net = new NetworkBuilder(Input, 10);
        net.InnerProduct("ip1", net.Input, 10);
        Assert.That(() => net.Compile(TestDevice.Open("cpu"), 1), Throws.TypeOf<NetworkException>().With.Message.Contains("SoftmaxLoss"));
    }

    [Test]
    public void Outputs_that_nothing_reads_are_named()
    {
        var net = new NetworkBuilder(Input, 10);
        net.Relu("idle1", net.Input);
        net.Relu("idle2", net.Input);
        net.SoftmaxLoss("loss", net.InnerProduct("ip1", net.Input, 10));
        Assert.That(() => net.Compile(TestDevice.Open("cpu"), 1), Throws.TypeOf<NetworkException>().With.Message.StartsWith("idle1, idle2:"));
    }

    [TestCase(-0.1f)]
    [TestCase(1f)]
    [TestCase(float.NaN)]
    public void A_dropout_ratio_out_of_range_is_refused(float ratio)
    {
        var net = new NetworkBuilder(Input, 10);
        Assert.That(() => net.Dropout("drop1", net.Input, ratio), Throws.TypeOf<NetworkException>().With.Message.Contains("drop1"));
    }

    [TestCase(-1f)]
    [TestCase(float.PositiveInfinity)]
    public void A_loss_weight_out_of_range_is_refused(float weight)
    {
        var net = new NetworkBuilder(Input, 10);
        var scores = net.InnerProduct("ip1", net.Input, 10);
        Assert.That(() => net.SoftmaxLoss("loss", scores, weight), Throws.TypeOf<NetworkException>().With.Message.Contains("loss"));
    }

    [Test]
    public void The_summary_tells_each_layers_kind_shape_parameters_and_bytes()
    {
        using var network = SmallNetwork.Build().Compile(TestDevice.Open("cpu"), 1);
        string[] lines = network.Summary.Split(Environment.NewLine);
        string[] Line(string layer) => lines.Single(line => line.StartsWith(layer + "  ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(Line("conv1"), Is.EqualTo(new[] { "conv1", "Convolution", "6×8×9×8", "224", "13,824" }));
        Assert.That(Line("relu1"), Is.EqualTo(new[] { "relu1", "Relu", "6×8×9×8", "in", "conv1" }));
        Assert.That(Line("pool1"), Is.EqualTo(new[] { "pool1", "MaxPooling", "6×8×4×4", "6,144" }));
        Assert.That(Line("pool1 split"), Is.EqualTo(new[] { "pool1", "split", "Split", "6×8×4×4", "in", "place" }));
        Assert.That(Line("total")[1], Is.EqualTo(network.Parameters.Sum(parameter => parameter.Value.Length).ToString("N0", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase(true, "in concat", "in conv1", "in conv2", "768")]
    [TestCase(false, "256", "512", "in place", "768")]
    public void The_summary_tells_what_is_fused(bool fuse, string conv1, string conv2OrRelu1, string relu, string concat)
    {
        var net = new NetworkBuilder(new Shape(1, 2, 4, 4), 10);
        var a = net.Relu("relu1", net.Convolution("conv1", net.Input, outputs: 4, filter: 1));
        var b = net.Relu("relu2", net.Convolution("conv2", net.Input, outputs: 8, filter: 1));
        net.SoftmaxLoss("loss", net.InnerProduct("ip", net.MaxPooling("pool", net.Concatenation("concat", a, b), 2, 2), outputs: 10));
        using var network = net.Compile(TestDevice.Open("cpu"), 1, new() { Fuse = fuse });
        string[] lines = network.Summary.Split(Environment.NewLine);
        string Bytes(string layer) => lines.Single(line => line.StartsWith(layer + "  ", StringComparison.Ordinal))[^12..].Trim();
        Assert.That(Bytes("conv1"), Does.EndWith(conv1));
        Assert.That(Bytes(fuse ? "relu1" : "conv2"), Does.EndWith(conv2OrRelu1));
        Assert.That(Bytes("relu2"), Does.EndWith(relu));
        Assert.That(Bytes("concat"), Does.EndWith(concat));
    }

    private static TestCaseData Bad(string name, Func<NetworkBuilder, LayerOutput> build, params string[] named) =>
        new TestCaseData(build, named).SetArgDisplayNames(name);
}
