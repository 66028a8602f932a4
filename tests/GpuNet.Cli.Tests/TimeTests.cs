using GpuNet.Kernels.Devices;

namespace GpuNet.Cli.Tests;

/// <summary><c>gpunet time</c>: one table, and clear errors.</summary>
public sealed class TimeTests
{
    [Test]
    public void Shows_every_layer_by_pass_and_what_the_step_takes()
    {
        var result = Gpunet.Run("time", "--model", "cifar10_full", "--batch", "2", "--input", "1x16x12", "--classes", "4", "--iterations", "2", "--device", "cpu");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.StartWith("Training step of cifar10_full, batch 2 of 1×16×12, device cpu; medians of 2 iterations"));
            Assert.That(result.Output, Does.Contain("% of peak").And.Contain("GB/s").And.Contain("The step without timers: ").And.Contain("In the same run: peak "));
            Assert.That(result.Output, Does.Match(@"(?m)^ +conv1 +Convolution +2×32×16×12 +forward +\d+\.\d{3} "));
            Assert.That(result.Output, Does.Match(@"(?m)^ +norm2 +LocalResponseNorm +2×32×4×3 +backward +\d+\.\d{3} "));
            Assert.That(result.Output, Does.Match(@"(?m)^ +ip1 +InnerProduct +2×4×1×1 +forward "));
            Assert.That(result.Output, Does.Match(@"(?m)^ +update ").And.Match(@"(?m)^ +sum .* 100\.0 "));
            Assert.That(result.Error, Does.Contain("Device: cpu"));
        }
    }

    [Test]
    public void Layers_that_others_do_have_rows_only_where_nothing_is_fused()
    {
        string[] command = ["time", "--batch", "1", "--input", "1x12x12", "--iterations", "1", "--device", "cpu"];
        Assert.That(Gpunet.Run(command).Output, Does.Contain("conv2 ").And.Not.Contain("relu2 "));
        Assert.That(Gpunet.Run([.. command, "--no-fusion", "--no-winograd"]).Output, Does.Contain("conv2 ").And.Contain("relu2 "));
    }

    [Test]
    public void A_device_without_a_measured_peak_has_no_share_of_it()
    {
        var result = Gpunet.RunOn(_ => DeviceSession.OpenSimulatedGpu(), ["time", "--batch", "1", "--input", "1x12x12", "--iterations", "1"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Output, Does.Contain("GFLOP/s").And.Not.Contain("peak"));
    }

    [TestCase("--input", "3x32", ExitCode.Usage, "--input is '3x32'", "3x32x32")]
    [TestCase("--input", "0x32x32", ExitCode.Usage, "--input is '0x32x32'", "1 or more")]
    [TestCase("--input", "3x-1x2", ExitCode.Usage, "--input is '3x-1x2'", "3x32x32")]
    [TestCase("--input", "1x2x2", ExitCode.Usage, "pool2: ", "Lower the filter")]
    [TestCase("--classes", "1", ExitCode.Usage, "1 classes", "at least 2")]
    [TestCase("--batch", "0", ExitCode.Usage, "--batch is 0", "at least 1 image")]
    [TestCase("--iterations", "0", ExitCode.Usage, "iterations is 0", "at least 1")]
    [TestCase("--iterations", "some", ExitCode.Usage, "--iterations is 'some'", "whole number")]
    [TestCase("--model", "vgg", ExitCode.Usage, "model 'vgg'", "cifar10_quick")]
    [TestCase("--device", "cuda:63", ExitCode.Device, "'cuda:63'", "not present")]
    public void A_bad_option_is_refused_in_one_line(string option, string value, object code, string what, string wayOut)
    {
        var result = Gpunet.Run("time", option, value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
            Assert.That(result.Error, Does.StartWith("error: ").And.Contain(what).And.Contain(wayOut));
        }
    }
}
