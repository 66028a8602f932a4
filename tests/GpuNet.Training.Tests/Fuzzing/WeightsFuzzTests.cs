using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Interchange;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>Weights files of every kind and checkpoints, changed at random: each is read, or refused with a <see cref="WeightsException"/>.</summary>
public sealed class WeightsFuzzTests
{
    private static readonly NetworkBuilder Network = Small();
    private static readonly IReadOnlyList<(string Name, Shape Shape)> Parameters = Network.ParameterShapes;
    private static readonly Dictionary<string, byte[][]> Files = new()
    {
        ["safetensors"] = [Safetensors()],
        ["checkpoint"] = [CheckpointOf(0), CheckpointOf(5)],
        ["onnx"] = [Onnx(withMean: false), Onnx(withMean: true)],
        ["caffemodel"] = [Golden("layers.caffemodel"), Golden("old.caffemodel"), Golden("double.caffemodel")],
        ["binaryproto"] = [Golden("mean.binaryproto")],
    };

    [TestCase("safetensors")]
    [TestCase("checkpoint")]
    [TestCase("onnx")]
    [TestCase("caffemodel")]
    [TestCase("binaryproto")]
    public void A_hostile_file_is_read_or_refused(string kind)
    {
        var files = Files[kind];
        foreach (byte[] file in files)
            Assert.That(Parse(new FuzzRun(kind), kind, file), Is.True, "the files that are changed are good");
        var cases = Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 3], FuzzEdit.Any.Array[1, 6], (first, way, edits) => Changed(kind, first, way, edits));
        var run = new FuzzRun(kind);
        run.Over(cases, file => Parse(run, kind, file));
    }

    [TestCase("safetensors", "{", "\"a\":1,", "\"b\":2}")]
    [TestCase("safetensors", "{\"ip2.bias\":{\"shape\":[", "1,", "1]}}")]
    [TestCase("safetensors", "{\"__metadata__\":{", "\"a\":\"b\",", "\"b\":\"\"}}")]
    [TestCase("safetensors", "{\"a\":", "[[[],[]],[[],[]]],", "0}")]
    [TestCase("safetensors", "{\"a\":no", "o", "}")]
    [TestCase("safetensors", "{\"a\":tr", "\"e\"", "}")]
    [TestCase("checkpoint", "{\"__metadata__\":{\"sha256\":\"", "0", "\",\"checkpoint\":\"1\"}}")]
    // In hexadecimal: empty initializers, initializers named "ab", and metadata of "a" and "b".
    [TestCase("onnx", "08073A808040", "2A00", "")]
    [TestCase("onnx", "08073AFCFF3F", "2A0442026162", "")]
    [TestCase("onnx", "0807", "72060A0161120162", "")]
    // One entry with many values.
    [TestCase("onnx", "080772808040", "1200", "")]
    [TestCase("onnx", "080772FFFF3F", "120161", "")]
    // Layers of nothing, and layers of one empty blob.
    [TestCase("caffemodel", "", "A20600", "")]
    [TestCase("caffemodel", "", "A206023A00", "")]
    [TestCase("caffemodel", "", "12053200220161", "")]
    // Sizes, one by one.
    [TestCase("binaryproto", "", "0801", "")]
    [TestCase("binaryproto", "", "3A020801", "")]
    public void A_million_small_things_take_no_memory(string kind, string front, string thing, string back)
    {
        bool isText = kind is "safetensors" or "checkpoint";
        var (begin, part, end) = (BytesOf(front), BytesOf(thing), BytesOf(back));
        byte[] body = [.. begin, .. FuzzEdit.Repeated(part, int.MaxValue), .. end];
        byte[] file = isText ? [.. BitConverter.GetBytes((long)body.Length), .. body] : body;
        var run = new FuzzRun(kind);
        Parse(run, kind, file);
        // Twice, since it is read for its notes and for its weights.
        long header = isText ? 2L * file.Length : 0;
        Assert.That(run.Taken, Is.LessThan(header + (256 << 10)));

        byte[] BytesOf(string text) => isText ? Encoding.UTF8.GetBytes(text) : Convert.FromHexString(text);
    }

    // Way 0 changes bytes, the others the parts that the format has, and mends the lengths around them.
    private static byte[] Changed(string kind, int first, int way, FuzzEdit[] edits)
    {
        byte[] file = Files[kind][first], other = Files[kind][^1];
        if (way > 0 && kind is "safetensors" or "checkpoint")
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            byte[] header = file[8..(8 + length)];
            foreach (var edit in edits.Take(way))
                header = way == 3 ? edit.ApplyToNumber(header) : edit.Apply(header, header);
            file = [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(8 + length)..]];
            return kind == "checkpoint" ? WithChecksum(file) : file;
        }

        if (way > 0 && ProtobufTree.Parse(file) is { } tree)
        {
            foreach (var edit in edits.Take(way))
                tree.Apply(edit);
            return tree.Content();
        }

        foreach (var edit in edits)
            file = edit.Apply(file, other);
        return file;
    }

    // Whether the file was read, for its notes and for its weights.
    private static bool Parse(FuzzRun run, string kind, byte[] file)
    {
        float[][] values = [.. Parameters.Select(parameter => new float[parameter.Shape.Length])];
        if (kind == "binaryproto")
            return IsRead(stream => CaffeMean.Read("mean", stream));
        if (kind == "checkpoint")
            return IsRead(stream => Checkpoint.Read("checkpoint", stream));
        return IsRead(stream => WeightsImport.ReadNotes("notes", stream)) & IsRead(stream =>
        {
            using var source = WeightsImport.Open("weights", stream, Parameters, ["auxiliary"]);
            for (int i = 0; i < values.Length; i++)
                source.Read(i, values[i]);
        });

        bool IsRead(Action<Stream> read) => run.IsRead<WeightsException>(file.Length, () => read(new CountingStream(file)));
    }

    private static NetworkBuilder Small()
    {
        var net = new NetworkBuilder(new Shape(1, 2, 5, 5), 5);
        var x = net.Relu("relu1", net.Convolution("conv1", net.Input, 4, filter: 3, groups: 2));
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", x, 5));
        return net;
    }

    private static byte[] Safetensors()
    {
        using var folder = new TemporaryFolder();
        using var network = Network.Compile(TestDevice.Open("cpu"), 1);
        WeightsFile.Save(folder.At("w"), network, Texts, Mean);
        return File.ReadAllBytes(folder.At("w"));
    }

    private static byte[] CheckpointOf(int evaluations)
    {
        using var folder = new TemporaryFolder();
        using var network = Network.Compile(TestDevice.Open("cpu"), 1);
        using var optimizer = new Optimizer(network, new(OptimizerKind.Sgd, 0.9), 0);
        var progress = new TrainingProgress { Iteration = evaluations, Evaluations = [.. Enumerable.Range(0, evaluations).Select(i => new EvaluationRecord(i, 2.3 / (i + 1), i / 10.0, 1))] };
        Checkpoint.Write(folder.At("c"), null, network, optimizer.State, progress, new([new("--seed", "1"), new("--policy", "fixed:rate=0.1")]), Texts, Mean);
        return File.ReadAllBytes(folder.At("c"));
    }

    // So that what is behind the checksum is changed too.
    private static byte[] WithChecksum(byte[] file)
    {
        int digits = (int)FileChecksum.Position;
        if (file.Length < digits + FileChecksum.Zeros.Length)
            return file;
        byte[] changed = [.. file[..digits], .. Encoding.ASCII.GetBytes(FileChecksum.Zeros), .. file[(digits + FileChecksum.Zeros.Length)..]];
        FileChecksum.DigitsOf(SHA256.HashData(changed)).CopyTo(changed, digits);
        return changed;
    }

    private static byte[] Onnx(bool withMean)
    {
        using var folder = new TemporaryFolder();
        OnnxFile.Save(folder.At("w"), Network, name => new float[Parameters.Single(parameter => parameter.Name == name).Shape.Length], withMean ? Mean : null, Texts);
        return File.ReadAllBytes(folder.At("w"));
    }

    private static Dictionary<string, string> Texts => new() { ["model"] = "small", ["mean"] = "image", ["classes"] = "[\"a\",\"b\"]" };

    private static ImageMean Mean => new(new Shape(1, 2, 5, 5), new float[50]);

    private static byte[] Golden(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "caffemodel", file));
}
