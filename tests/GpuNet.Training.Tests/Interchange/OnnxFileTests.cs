using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Interchange;
using GpuNet.Training.Recipes;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Interchange;

public sealed class OnnxFileTests
{
    private const double Tolerance = 1e-4;

    // A prime, so that no two rows of weights are alike.
    private const int DrawnValues = 65521;

    [TestCase("cifar10_quick", 32, 10, 5)]
    [TestCase("cifar10_full", 32, 10, 5)]
    [TestCase("alexnet", 227, 1000, 1)]
    [TestCase("caffenet", 115, 1000, 2)]
    [TestCase("googlenet", 224, 1000, 1)]
    // Sizes that leave windows clipped at other places.
    [TestCase("cifar10_full", 29, 10, 2)]
    [TestCase("googlenet", 96, 20, 2)]
    public void OnnxRuntime_computes_the_same_logits(string name, int side, int classes, int batch)
    {
        var model = ModelCatalog.Find(name);
        var input = new Shape(batch, 3, side, side);
        // With auxiliary heads where the model has them: they must be left out.
        AssertAgrees(model.Build(input, classes));
    }

    [Test]
    public void Every_geometry_of_the_layers_is_the_same()
    {
        var net = new NetworkBuilder(new Shape(3, 4, 17, 14), 7);
        var a = net.Convolution("dilated", net.Input, 6, filter: new(3, 2), stride: new(1, 2), padding: new(2, 1), dilation: new(2, 1), groups: 2);
        a = net.MaxPooling("max/padded", a, filter: new(3, 2), stride: 2, padding: new(1, 1));
        // A window that would start in the padding is dropped; of 8 pixels with padding 1, ⌈(8 + 2 − 2) / 3⌉ + 1 = 4 begin at −1, 2, 5, 8.
        var b = net.Convolution("plain", net.Input, 5, filter: 1, hasBias: false);
        b = net.AveragePooling("average/padded", b, filter: new(4, 3), stride: new(2, 2), padding: new(2, 1));
        b = net.AveragePooling("average/clipped", b, filter: 3, stride: 2);
        a = net.AveragePooling("average/dropped", a, filter: 2, stride: 3, padding: 1);
        a = net.LocalResponseNorm("across", a, NormRegion.AcrossChannels, size: 3, alpha: 0.02f, beta: 0.6f, k: 2);
        b = net.LocalResponseNorm("within", b, NormRegion.WithinChannel, size: 3, alpha: 0.03f, beta: 0.8f);
        a = net.InnerProduct("a", net.Relu("relu/a", a), 11);
        a = net.Dropout("drop", net.Relu("relu", a), 0.5f);
        var c = net.InnerProduct("c", a, 7, hasBias: false);
        net.SoftmaxLoss("loss/a", c, 0.1f);
        b = net.MaxPooling("max/clipped", b, filter: 2, stride: 3);
        net.SoftmaxLoss("loss", net.InnerProduct("b", b, 7));
        AssertAgrees(net, pixels: 4, logitsAbove: 0.1);
        AssertAgrees(With("loss/a"), pixels: 4, logitsAbove: 0.1);

        // The same layers with the other branch last.
        NetworkBuilder With(string last)
        {
            var other = new NetworkBuilder(new Shape(3, 4, 17, 14), 7);
            var x = other.MaxPooling("max/padded", other.Input, filter: new(3, 2), stride: 2, padding: 1);
            var y = other.AveragePooling("average/dropped", other.Input, filter: new(3, 2), stride: new(2, 3), padding: 1);
            x = other.MaxPooling("max/narrow", x, filter: new(1, 2), stride: new(1, 3));
            x = other.Concatenation("join", x, other.AveragePooling("average/one", x, filter: 1, stride: 1));
            x = other.InnerProduct("x", x, 9);
            other.SoftmaxLoss("loss", other.InnerProduct("y", y, 7));
            other.SoftmaxLoss(last, other.InnerProduct("z", other.Relu("relu", x), 7));
            return other;
        }
    }

    [TestCase(1)]
    [TestCase(8)]
    public void The_mean_is_subtracted_by_the_first_node(int side)
    {
        var mean = new ImageMean(new Shape(1, 1, side, side), [.. Enumerable.Range(0, side * side).Select(i => 100f + i)]);
        AssertAgrees(Tiny.Model(3), mean: mean, logitsAbove: 0.1);
    }

    [Test]
    public void A_mean_or_values_of_another_shape_are_refused_and_nothing_is_left()
    {
        using var folder = new TemporaryFolder();
        var mean = new ImageMean(new Shape(1, 1, 4, 4), new float[16]);
        Assert.That(() => OnnxFile.Save(folder.At("n.onnx"), Tiny.Model(1), _ => [], mean), Throws.TypeOf<NetworkException>().With.Message.Contains("the mean is 1×1×4×4"));
        Assert.That(() => OnnxFile.Save(folder.At("n.onnx"), Tiny.Model(1), _ => [1]), Throws.TypeOf<NetworkException>().With.Message.Contains("ip1.weights: 1 values given, but it has 576"));
        Assert.That(Directory.GetFiles(folder.Root), Is.Empty);
    }

    [Test]
    public void A_convolution_behind_an_inner_product_is_refused()
    {
        var net = new NetworkBuilder(Tiny.Image, 3);
        net.SoftmaxLoss("loss", net.Convolution("late", net.InnerProduct("ip", net.Input, 4), 3, filter: 1));
        Assert.That(() => OnnxFile.Save("never.onnx", net, _ => []), Throws.TypeOf<NetworkException>().With.Message.StartsWith("late"));
    }

    [Test]
    public void What_was_exported_is_imported_with_its_text_and_mean()
    {
        using var folder = new TemporaryFolder();
        using var saved = Tiny.Model(1).Compile(TestDevice.Open("cpu"), 1);
        var mean = new ImageMean(Tiny.Image, [.. Enumerable.Range(0, 64).Select(i => i / 3f)]);
        OnnxFile.Save(folder.At("w.onnx"), Tiny.Model(1), ValuesOf(saved), mean, new Dictionary<string, string> { ["model"] = "tiny" });
        var (texts, kept) = WeightsImport.ReadNotes(folder.At("w.onnx"));
        WeightsImport.Convert(folder.At("w.onnx"), folder.At("w"), Tiny.Model(1), null, texts, kept);
        using var loaded = Tiny.Model(1).Compile(TestDevice.Open("cpu"), 2);
        WeightsFile.Load(folder.At("w"), loaded);
        Assert.That(loaded.Parameters.Select(p => p.Value.ToArray()), Is.EqualTo(saved.Parameters.Select(p => p.Value.ToArray())));
        Assert.That(WeightsFile.ReadMetadata(folder.At("w"))["model"], Is.EqualTo("tiny"));
        Assert.That(WeightsFile.ReadMean(folder.At("w"))!.Values, Is.EqualTo(mean.Values));
    }

    // Logits of a network with weights of He's size, so that every layer's values count, by both.
    private static void AssertAgrees(NetworkBuilder net, ImageMean? mean = null, float pixels = 120, double logitsAbove = 0.5)
    {
        using var folder = new TemporaryFolder();
        var session = TestDevice.Open("cpu");
        using var network = net.Compile(session, 1);
        var random = new Random(7);
        float[] uniform = [.. Enumerable.Range(0, DrawnValues).Select(_ => (float)random.NextDouble() - 0.5f)];
        var last = network.Parameters.Last(parameter => parameter.Name.EndsWith(".weights", StringComparison.Ordinal));
        foreach (var parameter in network.Parameters)
        {
            // The scores are kept small, as those of a trained network are.
            // The scores are kept small, as those of a trained network are.
            float size = parameter.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0.5f : 3.5f * MathF.Sqrt(2f / parameter.Shape.ImageSize) / (parameter == last ? pixels : 1);
            float[] values = new float[parameter.Shape.Length];
            for (int i = 0; i < values.Length; i++)
                values[i] = size * uniform[i % DrawnValues];
            parameter.Value.CopyFrom(values);
        }

        float[] images = [.. Enumerable.Range(0, (int)network.Input.Shape.Length).Select(_ => pixels * (((float)random.NextDouble() * 2) - 1))];
        network.Input.CopyFrom(mean is null ? images : [.. images.Select((value, i) => value - mean.Values[mean.Values.Length == 1 ? 0 : i % mean.Values.Length])]);
        network.Labels.CopyFrom(new float[network.Input.Shape.N]);
        network.Forward(Phase.Test, 0);
        float[] expected = network.Activation(net.SourcesOf(net.Layers.Last())[0]).ToArray();

        OnnxFile.Save(folder.At("n.onnx"), net, ValuesOf(network), mean);
        float[] given = OnnxRun.Logits(folder.At("n.onnx"), network.Input.Shape, images);
        double largest = expected.Max(Math.Abs), difference = expected.Zip(given, (e, g) => Math.Abs((double)e - g)).Max();
        TestContext.Out.WriteLine($"largest logit {largest:G4}, largest difference {difference:G3}");
        Assert.That(given, Has.Length.EqualTo(expected.Length));
        Assert.That(largest, Is.GreaterThan(logitsAbove));
        Assert.That(difference, Is.LessThan(Tolerance));
    }

    private static Func<string, float[]> ValuesOf(Network network) => name => network.Parameters.Single(parameter => parameter.Name == name).Value.ToArray();
}
