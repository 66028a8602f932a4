using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Tuning;

namespace GpuNet.Cli.Tests;

/// <summary><c>gpunet tune</c>: a table, a tuning file that the other commands take, and one warning if that is no good.</summary>
public sealed class TuneTests
{
    private const string Variable = "GPUNET_TUNING";

    private string folder = null!;
    private string? before;

    [SetUp]
    public void TakeAFolder()
    {
        before = Environment.GetEnvironmentVariable(Variable);
        folder = Directory.CreateTempSubdirectory("gpunet-tune").FullName;
        Environment.SetEnvironmentVariable(Variable, folder);
    }

    [TearDown]
    public void GiveItBack()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void The_winners_are_shown_kept_and_taken_by_other_commands()
    {
        var result = Tune("ip2");
        string file = Directory.GetFiles(folder).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.StartWith("Matrix products of cifar10_quick, batch 1 of 1×12×12, device simulated-gpu "));
            Assert.That(result.Output, Does.Match(@"(?m)^ +ip2 +forward +multiply\.nt 1×3×64 +\d+x\d+x\d+ +\d+\.\d{3} +\d+x\d+x\d+ +\d+\.\d{3} +×\d+\.\d\d"));
            Assert.That(result.Output, Does.Match(@"(?m)^ +ip2 +data +multiply\.nn ").And.Match(@"(?m)^ +ip2 +weights +multiply\.tn ").And.Not.Contain("conv1"));
            Assert.That(result.Output, Does.EndWith($"Tuning file: {file}\n"));
            Assert.That(result.Error, Does.Contain("ip2, weights: "));
        }

        Assert.That(Products(file), Has.Count.EqualTo(3));
        Assert.That(SelfTest().Error, Does.Contain($"Tuning: {file}.\n").And.Not.Contain("warning"));

        // A second model's winners stand beside the first one's; the same product is there once.
        Assert.That(Tune("ip2").Code, Is.Zero);
        Assert.That(Products(file), Has.Count.EqualTo(3));
        Assert.That(Tune("ip2", "--classes", "4").Code, Is.Zero);
        Assert.That(Products(file), Has.Count.EqualTo(6));
    }

    [Test]
    public void A_broken_file_is_ignored_with_one_warning_and_replaced_by_the_next_tuning()
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        string file = TuningFile.PathOf(session, folder);
        File.WriteAllText(file, "{ nothing");
        var result = SelfTest();
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines.Count(line => line.StartsWith("warning: ", StringComparison.Ordinal)), Is.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith($"warning: tuning file '{file}': it is broken: ").And.Contain("gpunet tune").And.Not.Contain("Tuning: "));
        Assert.That(Tune("ip2").Error, Does.Contain("It is replaced."));
        Assert.That(Products(file), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_file_that_cannot_be_written_is_refused_before_anything_is_measured()
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        string file = TuningFile.PathOf(session, folder);
        Directory.CreateDirectory(file);
        var result = Tune("ip2");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain($"error: file '{file}' cannot be written").And.Contain(Variable).And.Not.Contain("measured"));
    }

    [Test]
    public void A_device_whose_tuning_cannot_be_told_is_closed()
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        TuningFile.Write(session, TuningFile.PathOf(session, folder), []);
        var command = new Command("any");
        var device = new DeviceOption(command, _ => session);
        Assert.That(() => device.Open(command.Parse([]), new(TextWriter.Null, new BrokenPipe())), Throws.TypeOf<IOException>());
        Assert.That(() => new Arena(session, 16), Throws.Exception);
    }

    [Test]
    public void The_processor_takes_no_tuning()
    {
        var result = Gpunet.Run("tune", "--device", "cpu");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Device));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith("error: device 'cpu' has nothing to tune").And.Contain("gpunet devices"));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [TestCase("--filter", "relu1", ExitCode.Usage, "--filter 'relu1' matches no", "conv1, conv2")]
    [TestCase("--rounds", "0", ExitCode.Usage, "rounds is 0", "at least 1")]
    [TestCase("--model", "vgg", ExitCode.Usage, "model 'vgg'", "cifar10_quick")]
    [TestCase("--device", "cuda:63", ExitCode.Device, "'cuda:63'", "not present")]
    public void A_bad_option_is_refused_in_one_line(string option, string value, object code, string what, string wayOut)
    {
        var result = Gpunet.Run("tune", option, value);
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(what).And.Contain(wayOut));
    }

    private sealed class BrokenPipe : StringWriter
    {
        public override void Write(char value) => throw new IOException("broken pipe");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("broken pipe");

        public override void Write(string? value) => throw new IOException("broken pipe");

        public override void WriteLine(string? value) => throw new IOException("broken pipe");
    }

    private static CommandResult Tune(string filter, params string[] more) =>
        Gpunet.Run(["tune", "--device", "simulated-gpu", "--batch", "1", "--input", "1x12x12", .. more.Contains("--classes") ? more : ["--classes", "3"], "--filter", filter, "--rounds", "1"]);

    private static CommandResult SelfTest() => Gpunet.Run("selftest", "--device", "simulated-gpu", "--filter", "relu, forward");

    private static IReadOnlyList<Kernels.Tuning.TunedProduct> Products(string file)
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        return TuningFile.Read(session, file);
    }
}
