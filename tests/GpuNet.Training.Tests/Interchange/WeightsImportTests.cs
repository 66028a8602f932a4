using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Layers.Models;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Interchange;
using GpuNet.Training.Protobuf;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Interchange;

/// <summary>Files as other programs write them: their names, their shapes, their types.</summary>
public sealed class WeightsImportTests
{
    private const int Float = 1, Int64 = 7, Half = 10, Double = 11;

    [TestCase("conv1.weight", "conv1.bias", "ip2.weight", "ip2.bias")]
    [TestCase("conv1_w_0", "conv1_b_0", "ip2_w_0", "ip2_b_0")]
    [TestCase("conv1_W", "conv1_B", "ip2.weights", "ip2_b")]
    public void Names_and_shapes_of_others_are_known(params string[] names)
    {
        int[][] shapes = [[4, 1, 3, 3], [4], [5, 36], [5]];
        byte[][] files =
        [
            Safetensors([.. names.Select((name, i) => (name, shapes[i]))]),
            Onnx([.. names.Select((name, i) => (name, shapes[i], Float))]),
            Onnx([.. names.Select((name, i) => (name, shapes[i], Double))]),
        ];
        foreach (byte[] file in files)
        {
            using var folder = new TemporaryFolder();
            using var network = Small().Compile(TestDevice.Open("cpu"), 1);
            WeightsImport.Load(folder.Write("w", file), network);
            for (int i = 0; i < names.Length; i++)
                Assert.That(network.Parameters[i].Value.ToArray(), Is.EqualTo(Values(shapes[i])), names[i]);
        }
    }

    [Test]
    public void Constants_of_a_graph_do_not_count()
    {
        byte[] file = Onnx(Good, ("shape", [2], Int64), ("alpha", [], Float), ("conv1.momentum", [1], Float));
        Assert.That(() => Open(file), Throws.Nothing);
    }

    [Test]
    public void What_does_not_fit_is_named()
    {
        Refused(Onnx([.. Good[..3]]), "no ip2.bias");
        Refused(Onnx([.. Good[..3], ("ip3.bias", [5], Float)]), "no ip2.bias, but 'ip3.bias'");
        Refused(Onnx(Good, ("fc3.weight", [2, 2], Float)), "has 'fc3.weight', which the network does not have");
        Refused(Onnx(Good, ("conv1.weight", [4, 1, 3, 3], Float)), "conv1.weights twice");
        Refused(Onnx([.. Good[..3], ("ip2.bias", [6], Float)]), "ip2.bias has shape [6], but the network's is [1,5,1,1]");
        Refused(Onnx([.. Good[..2], ("ip2.weights", [36, 5], Float), Good[3]]), "ip2.weights has shape [36,5], but the network's is [5,36,1,1]");
        Refused(Onnx([.. Good[..3], ("ip2.bias", [5], Half)]), "ip2.bias has ONNX data type 10");
        Refused(Onnx([.. Good[..3], ("ip2.bias", [5], Int64)]), "ip2.bias has ONNX data type 7");
        Refused(Safetensors(("conv1.weights", [4, 1, 3, 3]), ("conv1.weight", [4, 1, 3, 3])), "'conv1.weights' twice");
        Refused(Encoding.UTF8.GetBytes("name: \"CaffeNet\"\nlayer {\n"), "begins like no safetensors, ONNX or .caffemodel file");
    }

    [Test]
    public void Values_that_lie_in_another_file_are_refused()
    {
        var tensor = new ProtobufWriter();
        tensor.Wholes(OnnxFields.TensorProto.Dims, [5]);
        tensor.Whole(OnnxFields.TensorProto.DataType, Float);
        tensor.Text(OnnxFields.TensorProto.Name, "ip2.bias");
        tensor.Whole(OnnxFields.TensorProto.DataLocation, OnnxFields.TensorProto.External);
        Refused(Model(graph => graph.Message(OnnxFields.GraphProto.Initializer, writer => writer.Raw(tensor.Written))), "the values of ip2.bias lie in another file");
    }

    [Test]
    public void Weights_go_through_every_format_to_the_last_bit()
    {
        using var folder = new TemporaryFolder();
        using var network = Small().Compile(TestDevice.Open("cpu"), 3);
        // Values that arithmetic would not keep.
        network.Parameters[3].Value.CopyFrom([float.NaN, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue]);
        WeightsFile.Save(folder.At("a"), network);
        OnnxFile.Save(folder.At("b"), Small(), folder.At("a"), null);
        WeightsImport.Convert(folder.At("b"), folder.At("c"), Small());
        using var other = Small().Compile(TestDevice.Open("cpu"), 4);
        WeightsFile.Load(folder.At("c"), other);
        WeightsFile.Save(folder.At("d"), other);
        Assert.That(File.ReadAllBytes(folder.At("c")), Is.EqualTo(File.ReadAllBytes(folder.At("a"))));
        Assert.That(File.ReadAllBytes(folder.At("d")), Is.EqualTo(File.ReadAllBytes(folder.At("a"))));
    }

    [Test]
    public void Auxiliary_heads_are_passed_over()
    {
        var whole = GoogLeNet.Build(new Shape(1, 3, 64, 64), 3);
        byte[] file = Onnx([.. whole.ParameterShapes.Select(parameter => (parameter.Name, (int[])[parameter.Shape.N, parameter.Shape.C, parameter.Shape.H, parameter.Shape.W], Float))]);
        var main = GoogLeNet.Build(new Shape(1, 3, 64, 64), 3, auxiliaryHeads: false).ParameterShapes;
        Assert.That(() => WeightsImport.Open("w", new MemoryStream(file), main, GoogLeNet.AuxiliaryLayers), Throws.Nothing);
        Assert.That(() => WeightsImport.Open("w", new MemoryStream(file), main, []), Throws.TypeOf<WeightsException>().With.Message.Contains("'loss1/conv.weights'"));
    }

    private static (string, int[], int)[] Good => [("conv1.weights", [4, 1, 3, 3], Float), ("conv1.bias", [4], Float), ("ip2.weights", [5, 36], Float), ("ip2.bias", [5], Float)];

    private static NetworkBuilder Small()
    {
        var net = new NetworkBuilder(new Shape(1, 2, 5, 5), 5);
        var x = net.Relu("relu1", net.Convolution("conv1", net.Input, 4, filter: 3, groups: 2));
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", x, 5));
        return net;
    }

    private static void Open(byte[] file)
    {
        using var source = WeightsImport.Open("w", new MemoryStream(file), Small().ParameterShapes, []);
    }

    private static void Refused(byte[] file, string message) => Assert.That(() => Open(file), Throws.TypeOf<WeightsException>().With.Message.Contains(message));

    private static float[] Values(int[] sizes) => [.. Enumerable.Range(0, sizes.Aggregate(1, (product, size) => product * size)).Select(i => (i * 0.37f) - sizes.Length)];

    private static byte[] Safetensors(params (string Name, int[] Sizes)[] tensors)
    {
        var entries = new Dictionary<string, object>();
        int end = 0;
        foreach (var (name, sizes) in tensors)
            entries.Add(name, new { dtype = "F32", shape = sizes, data_offsets = new[] { end, end += 4 * Values(sizes).Length } });
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(entries);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. tensors.SelectMany(tensor => MemoryMarshal.AsBytes<float>(Values(tensor.Sizes)).ToArray())];
    }

    private static byte[] Onnx((string, int[], int)[] tensors, params (string, int[], int)[] more) => Model(graph =>
    {
        foreach (var (name, sizes, type) in tensors.Concat(more))
        {
            graph.Message(OnnxFields.GraphProto.Initializer, tensor =>
            {
                tensor.Wholes(OnnxFields.TensorProto.Dims, sizes.Select(size => (long)size));
                tensor.Whole(OnnxFields.TensorProto.DataType, type);
                tensor.Text(OnnxFields.TensorProto.Name, name);
                byte[] raw = type == Double
                    ? MemoryMarshal.AsBytes<double>(Array.ConvertAll(Values(sizes), value => (double)value)).ToArray()
                    : MemoryMarshal.AsBytes<float>(Values(sizes)).ToArray();
                tensor.Announce(OnnxFields.TensorProto.RawData, raw.Length);
                tensor.Raw(raw);
            });
        }
    });

    private static byte[] Model(Action<ProtobufWriter> graph)
    {
        var model = new ProtobufWriter();
        model.Whole(OnnxFields.ModelProto.IrVersion, 7);
        model.Message(OnnxFields.ModelProto.Graph, graph);
        return model.Written.ToArray();
    }
}
