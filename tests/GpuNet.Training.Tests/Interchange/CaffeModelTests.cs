using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Interchange;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Interchange;

/// <summary>Files that tests/golden/caffemodel.py wrote with Google's protobuf.</summary>
public sealed class CaffeModelTests
{
    [TestCase("layers.caffemodel")]
    [TestCase("old.caffemodel")]
    [TestCase("double.caffemodel")]
    public void Every_form_of_layers_and_values_is_read(string file)
    {
        using var network = Small().Compile(TestDevice.Open("cpu"), 1);
        WeightsImport.Load(Golden(file), network);
        for (int blob = 0; blob < 4; blob++)
            Assert.That(network.Parameters[blob].Value.ToArray(), Is.EqualTo(Enumerable.Range(0, (int)network.Parameters[blob].Shape.Length).Select(i => ValueOf(blob, i))), $"blob {blob}");
    }

    [Test]
    public void A_mean_image_is_read()
    {
        var mean = CaffeMean.Read(Golden("mean.binaryproto"));
        Assert.That(mean.Shape, Is.EqualTo(new Shape(1, 3, 4, 5)));
        Assert.That(mean.Values, Is.EqualTo(Enumerable.Range(0, 60).Select(i => ValueOf(4, i))));
        Assert.That(() => CaffeMean.Read(Golden("layers.caffemodel")), Throws.TypeOf<WeightsException>());
    }

    [Test]
    public void What_does_not_fit_is_named_with_both_shapes()
    {
        Assert.That(() => Load(Small(outputs: 6)), Throws.TypeOf<WeightsException>().With.Message.Contains("ip2.weights has shape [5,36], but the network's is [6,36,1,1]"));
        Assert.That(() => Load(Small(groups: 1)), Throws.TypeOf<WeightsException>().With.Message.Contains("conv1.weights has shape [4,1,3,3], but the network's is [4,2,3,3]"));
        Assert.That(() => Load(Small(hasBias: false)), Throws.TypeOf<WeightsException>().With.Message.Contains("layer ip2 has 2 blobs, but the network's has 1"));
        Assert.That(() => Load(Small(name: "fc2")), Throws.TypeOf<WeightsException>().With.Message.Contains("has no fc2.weights, but 'ip2'"));
        Assert.That(() => Load(Alone()), Throws.TypeOf<WeightsException>().With.Message.Contains("has 'conv1', which the network does not have"));
        Assert.That(() => Load(Alone(), "conv1"), Throws.Nothing);
    }

    [Test]
    public void A_file_of_no_known_kind_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => WeightsImport.Open(folder.Write("w", [0xFF, 0, 0]), Small().ParameterShapes, []), Throws.TypeOf<WeightsException>().With.Message.Contains("begins like no"));
        Assert.That(() => WeightsImport.Open(folder.At("none"), Small().ParameterShapes, []), Throws.TypeOf<WeightsException>().With.Message.Contains(folder.At("none")));
    }

    [Test]
    public void A_file_cut_short_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Golden("layers.caffemodel"));
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => WeightsImport.Open("cut", new MemoryStream(bytes[..length]), Small().ParameterShapes, []), Throws.TypeOf<WeightsException>(), $"{length} bytes");
    }

    private static void Load(NetworkBuilder network, params string[] auxiliaryLayers)
    {
        using var source = WeightsImport.Open(Golden("layers.caffemodel"), network.ParameterShapes, auxiliaryLayers);
    }

    private static NetworkBuilder Small(int outputs = 5, int groups = 2, bool hasBias = true, string name = "ip2")
    {
        var net = new NetworkBuilder(new Shape(1, 2, 5, 5), outputs);
        var x = net.Relu("relu1", net.Convolution("conv1", net.Input, 4, filter: 3, groups: groups));
        net.SoftmaxLoss("loss", net.InnerProduct(name, x, outputs, hasBias: hasBias));
        return net;
    }

    private static NetworkBuilder Alone()
    {
        var net = new NetworkBuilder(new Shape(1, 4, 3, 3), 5);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", net.Input, 5));
        return net;
    }

    private static float ValueOf(int blob, int i) => ((((37 * i) + (11 * blob)) % 101) - 50) / 64f;

    private static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "golden", "caffemodel", file);
}
