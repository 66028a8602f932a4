using System.Text;
using CsCheck;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Training.Tests.Data;
using GpuNet.Training.Tuning;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>Tuning files, changed at random: each is read, or refused with a <see cref="TuningException"/>, and a device takes it or refuses it so too.</summary>
public sealed class TuningFuzzTests
{
    private static readonly TunedProduct[] Products = [new("multiply.nt", 1, 100, 10, 64, "32x32x8", 1), new("convolution.weights", 2, 16, 400, 25_600, "64x64x16", 8)];

    private DeviceSession session = null!;
    private TemporaryFolder folder = null!;
    private string path = null!;
    private byte[] good = null!;

    [OneTimeSetUp]
    public void Write()
    {
        session = DeviceSession.OpenSimulatedGpu();
        folder = new TemporaryFolder();
        path = folder.At("tuning.json");
        TuningFile.Write(session, path, Products);
        good = File.ReadAllBytes(path);
    }

    [OneTimeTearDown]
    public void Delete()
    {
        folder.Dispose();
        session.Dispose();
    }

    [Test]
    public void A_hostile_file_of_a_tuning_is_read_or_refused()
    {
        var run = new FuzzRun("tuning");
        var cases = Gen.Select(Gen.Int[0, 2], FuzzEdit.Any.Array[1, 3], (way, edits) =>
        {
            byte[] changed = good;
            foreach (var edit in edits)
                changed = way > 0 ? edit.ApplyToNumber(changed) : edit.Apply(changed, good);
            return changed;
        });
        Assert.That(Parse(good), Is.True);
        run.Over(cases, Parse);

        bool Parse(byte[] file)
        {
            folder.Write("tuning.json", file);
            return run.IsRead<TuningException>(file.Length, () => TuningFile.Apply(session, path));
        }
    }

    [TestCase("{\"format\":\"gpunet-tuning\",\"version\":1,\"device\":\"a\",\"driver\":\"b\",\"products\":[", "0,", "0]}")]
    [TestCase("{\"format\":\"gpunet-tuning\",\"version\":1,\"device\":\"a\",\"driver\":\"b\",\"products\":[", "{},", "{}]}")]
    [TestCase("{\"format\":\"gpunet-tuning\",\"version\":2,\"device\":[", "0,", "0]}")]
    [TestCase("{", "\"a\":0,", "\"version\":1}")]
    [TestCase("{\"format\":no", "o", "}")]
    [TestCase("{\"version\":", "1", "}")]
    [TestCase("{\"version\":\"", "1", "\"}")]
    public void A_million_small_things_take_no_memory(string front, string thing, string back)
    {
        byte[] file = [.. Encoding.UTF8.GetBytes(front), .. FuzzEdit.Repeated(Encoding.UTF8.GetBytes(thing), int.MaxValue), .. Encoding.UTF8.GetBytes(back)];
        folder.Write("tuning.json", file);
        var run = new FuzzRun("tuning");
        Assert.That(run.IsRead<TuningException>(file.Length, () => TuningFile.Read(session, path)), Is.False);
        Assert.That(run.Taken, Is.LessThan((2L * file.Length) + (256 << 10)));
    }
}
