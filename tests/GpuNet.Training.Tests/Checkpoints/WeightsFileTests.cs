using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

public sealed class WeightsFileTests
{
    [Test]
    public void Loading_gives_back_every_value_and_the_metadata()
    {
        using var folder = new TemporaryFolder();
        using var saved = Compile(1);
        using var loaded = Compile(2);
        Assert.That(Values(loaded), Is.Not.EqualTo(Values(saved)));
        WeightsFile.Save(folder.At("w.safetensors"), saved, new Dictionary<string, string> { ["model"] = "tiny" });
        WeightsFile.Load(folder.At("w.safetensors"), loaded);
        Assert.That(Values(loaded), Is.EqualTo(Values(saved)));
        Assert.That(WeightsFile.ReadMetadata(folder.At("w.safetensors")), Is.EqualTo(new Dictionary<string, string> { ["model"] = "tiny" }));
        Assert.That(Directory.GetFiles(folder.Root), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_bytes_are_safetensors()
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        WeightsFile.Save(folder.At("w"), network);
        byte[] bytes = File.ReadAllBytes(folder.At("w"));
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.That(headerLength % 8, Is.Zero);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        Assert.That(header.RootElement.EnumerateObject().Select(entry => entry.Name), Is.EqualTo(network.Parameters.Select(parameter => parameter.Name)));
        long end = 0;
        foreach (var parameter in network.Parameters)
        {
            var entry = header.RootElement.GetProperty(parameter.Name);
            var shape = parameter.Shape;
            long[] offsets = entry.GetProperty("data_offsets").Deserialize<long[]>()!;
            Assert.That(entry.GetProperty("dtype").GetString(), Is.EqualTo("F32"));
            Assert.That(entry.GetProperty("shape").Deserialize<int[]>(), Is.EqualTo((int[])[shape.N, shape.C, shape.H, shape.W]));
            Assert.That(offsets, Is.EqualTo((long[])[end, end + (4 * shape.Length)]));
            end = offsets[1];
            var data = bytes.AsSpan(8 + headerLength + (int)offsets[0]);
            Assert.That(BinaryPrimitives.ReadSingleLittleEndian(data), Is.EqualTo(parameter.Value.ToArray()[0]));
        }

        Assert.That(bytes, Has.Length.EqualTo(8 + headerLength + end));
    }

    [Test]
    public void A_file_cut_short_anywhere_is_refused_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        WeightsFile.Save(folder.At("w"), network);
        byte[] bytes = File.ReadAllBytes(folder.At("w"));
        using var other = Compile(2);
        float[] before = Values(other);
        foreach (int length in (int[])[0, 7, 8, 20, 200, bytes.Length - 1])
            Assert.That(() => WeightsFile.Load(folder.Write("cut", bytes[..length]), other), Throws.TypeOf<WeightsException>().With.Message.Contains("cut"), $"{length} bytes");
        Assert.That(Values(other), Is.EqualTo(before));
    }

    [TestCase("ip2.bias", "ip3.bias", "no tensor 'ip2.bias'")]
    [TestCase("[9,64,1,1]", "[64,9,1,1]", "'ip1.weights' has shape [64,9,1,1], but the network's is [9,64,1,1]")]
    [TestCase("F32", "F16", "type F16")]
    [TestCase("[0,2304]", "[0,2308]", "'ip1.weights' has no data_offsets of its 2304 bytes")]
    [TestCase("[0,2304]", "[-8,230]", "'ip1.weights' has no data_offsets")]
    [TestCase("{", "[", "not JSON")]
    public void What_does_not_fit_is_named(string original, string replacement, string message)
    {
        Assert.That(() => LoadEdited(original, replacement), Throws.TypeOf<WeightsException>().With.Message.Contains(message));
    }

    [Test]
    public void A_tensor_that_the_network_lacks_is_refused()
    {
        Assert.That(() => LoadEdited("\"ip1.weights\":", "\"ip0.weights\":{},\"ip1.weights\":"), Throws.TypeOf<WeightsException>().With.Message.Contains("'ip0.weights'"));
    }

    [TestCase("{\"ip1.weights\":5}", "tensor 'ip1.weights' is described by 5, not by an object")]
    [TestCase("{\"ip1.weights\":\"\\ud800\"}", "text that is not Unicode")]
    [TestCase("{\"ip1.weights\":{\"dtype\":\"\\ud800\"}}", "text that is not Unicode")]
    [TestCase("{\"\\ud800\":{}}", "no tensor 'ip1.weights'")]
    [TestCase("[]", "not a JSON object")]
    public void A_hostile_header_is_refused(string header, string message)
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        Assert.That(() => WeightsFile.Load(WithHeader(folder, header), network), Throws.TypeOf<WeightsException>().With.Message.Contains(message));
    }

    [TestCase("{\"__metadata__\":{\"model\":\"\\ud800\"}}")]
    [TestCase("{\"__metadata__\":{\"\\udc00\":\"tiny\"}}")]
    public void Hostile_metadata_is_refused(string header)
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => WeightsFile.ReadMetadata(WithHeader(folder, header)), Throws.TypeOf<WeightsException>().With.Message.Contains("text that is not Unicode"));
    }

    [TestCase("{\"__metadata__\":7}")]
    [TestCase("{\"__metadata__\":{\"model\":7}}")]
    [TestCase("{}")]
    public void Metadata_that_is_no_text_is_left_out(string header)
    {
        using var folder = new TemporaryFolder();
        Assert.That(WeightsFile.ReadMetadata(WithHeader(folder, header)), Is.Empty);
    }

    [TestCase(-1L)]
    [TestCase(0L)]
    [TestCase(long.MaxValue)]
    [TestCase(1L << 25)]
    public void A_header_length_that_cannot_be_is_refused(long length)
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        Assert.That(() => WeightsFile.Load(folder.Write("w", bytes), network), Throws.TypeOf<WeightsException>().With.Message.Contains("no safetensors file"));
    }

    [Test]
    public void A_file_that_is_not_there_or_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        Assert.That(() => WeightsFile.Load(folder.At("none"), network), Throws.TypeOf<WeightsException>().With.Message.Contains(folder.At("none")));
        Assert.That(() => WeightsFile.Save(folder.At("none/w"), network), Throws.TypeOf<OutputException>().With.Message.Contains(folder.At("none/w")));
    }

    private static Network Compile(ulong seed) => Tiny.Model(2).Compile(TestDevice.Open("cpu"), seed);

    private static float[] Values(Network network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    private static void LoadEdited(string original, string replacement)
    {
        using var folder = new TemporaryFolder();
        using var network = Compile(1);
        WeightsFile.Save(folder.At("w"), network);
        byte[] bytes = File.ReadAllBytes(folder.At("w"));
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        string header = Encoding.UTF8.GetString(bytes, 8, length);
        int at = header.IndexOf(original, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0));
        byte[] edited = Encoding.UTF8.GetBytes(header[..at] + replacement + header[(at + original.Length)..]);
        WeightsFile.Load(folder.Write("edited", [.. LengthOf(edited), .. edited, .. bytes[(8 + length)..]]), network);
    }

    // A file of a header and no values.
    private static string WithHeader(TemporaryFolder folder, string header)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        return folder.Write("hostile", [.. LengthOf(bytes), .. bytes]);
    }

    private static byte[] LengthOf(byte[] header)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return length;
    }
}
