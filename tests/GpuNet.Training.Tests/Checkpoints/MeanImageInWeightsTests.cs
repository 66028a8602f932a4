using System.Buffers.Binary;
using System.Text;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>The mean image that lies with the weights.</summary>
public sealed class MeanImageInWeightsTests
{
    private static readonly ImageMean Mean = new(new Shape(1, 2, 3, 4), [.. Enumerable.Range(0, 24).Select(i => i / 3f)]);

    [Test]
    public void It_is_read_back_and_the_network_passes_it_over()
    {
        using var folder = new TemporaryFolder();
        using var session = DeviceSession.OpenCpu(1);
        using var saved = Tiny.Model(1).Compile(session, 1);
        using var loaded = Tiny.Model(1).Compile(session, 2);
        WeightsFile.Save(folder.At("w"), saved, mean: Mean);
        var read = WeightsFile.ReadMean(folder.At("w"))!;
        Assert.That(read.Shape, Is.EqualTo(Mean.Shape));
        Assert.That(read.Values, Is.EqualTo(Mean.Values));
        WeightsFile.Load(folder.At("w"), loaded);
        Assert.That(loaded.Parameters.SelectMany(parameter => parameter.Value.ToArray()), Is.EqualTo(saved.Parameters.SelectMany(parameter => parameter.Value.ToArray())));
        WeightsFile.Save(folder.At("w"), saved);
        Assert.That(WeightsFile.ReadMean(folder.At("w")), Is.Null);
    }

    [TestCase("5", "shape of one image")]
    [TestCase("{}", "shape of one image")]
    [TestCase("{\"dtype\":\"F32\",\"shape\":[2,2,3,4],\"data_offsets\":[0,192]}", "shape of one image")]
    [TestCase("{\"dtype\":\"F32\",\"shape\":[1,0,3,4],\"data_offsets\":[0,0]}", "shape of one image")]
    [TestCase("{\"dtype\":\"F32\",\"shape\":[1,100000,100000,100000],\"data_offsets\":[0,96]}", "shape of one image")]
    [TestCase("{\"dtype\":\"F16\",\"shape\":[1,2,3,4],\"data_offsets\":[0,96]}", "type F16")]
    [TestCase("{\"dtype\":\"F32\",\"shape\":[1,2,3,4],\"data_offsets\":[0,95]}", "data_offsets")]
    [TestCase("{\"dtype\":\"F32\",\"shape\":[1,2,3,4],\"data_offsets\":[8,104]}", "cut short")]
    public void One_that_cannot_be_is_refused(string entry, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] header = Encoding.UTF8.GetBytes($"{{\"mean_image\":{entry}}}"), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        string path = folder.Write("w", [.. length, .. header, .. new byte[96]]);
        Assert.That(() => WeightsFile.ReadMean(path), Throws.TypeOf<WeightsException>().With.Message.Contains(message));
    }
}
