using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Cli.Tests;

/// <summary><c>gpunet selftest</c>: a report that says what the device is, a line a case, and an exit code that says whether all is well.</summary>
public sealed class SelfTestTests
{
    private static readonly SelfTestCase Right = new("right op", "forward", "1×3", room => room.Compare("y", [1, 2, 3], room.Tensor(Shape.Vector(3), [1, 2, 3]), 1)) { IsQuick = true };
    private static readonly SelfTestCase Wrong = new("wrong op", "backward", "1×2", room => room.Compare("dx", [1, 2], room.Tensor(Shape.Vector(2), [1, 2.5]), 1)) { IsQuick = true };
    private static readonly SelfTestCase Throwing = new("broken op", "forward", "1×1", _ => throw new ShapeException("broken: no such shape.")) { IsQuick = true };
    private static readonly SelfTestCase Large = new("large op", "forward", "9×9", room => room.CompareExactly("y", [1], room.Tensor(Shape.Vector(1), [1])));

    [Test]
    public void Every_op_has_quick_cases_that_pass_on_the_simulated_GPU()
    {
        var result = Gpunet.Run("selftest", "--device", "simulated-gpu", "--filter", "ReLU");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Match(@"^gpunet: +\d+\.\d+\.\d+, self-test\nRuntime: +\.NET .*ILGPU 1\.5\.3\nSystem: .+\nDevice: +simulated-gpu.*\nDriver: .+\nLimits: .+threads a warp"));
            Assert.That(result.Output, Does.Match(@"(?m)^ReLU +backward +2×3×5×7 +0 +0  pass$").And.Not.Contain("matrix multiply").And.Not.Contain("4×64×56×56"));
            Assert.That(result.Output, Does.Match(@"\n\n\d+ cases on simulated-gpu .*: (\d+) passed, 0 failed; 0:\d\d\n$"));
            Assert.That(result.Error, Does.Contain("small shapes only"));
        }
        Assert.That(SelfTest.Cases.Where(test => test.IsQuick).Select(test => test.Op).Distinct(), Is.EquivalentTo(SelfTest.Cases.Select(test => test.Op).Distinct()));
    }

    [Test]
    public void What_fails_is_shown_and_the_rest_goes_on()
    {
        var result = Run([Wrong, Throwing, Right]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.SelfTestFailed), result.Error);
            Assert.That(result.Output, Does.Match(@"wrong op +backward +1×2 +5\.00e-01 +1\.43e-06  FAIL\n    dx\[1\] is 2\.5, expected 2 ± 1\.43E-06; 1 of 2 values compared are off\n"));
            Assert.That(result.Output, Does.Match(@"broken op +forward +1×1 +- +-  FAIL\n    ShapeException: broken: no such shape\.\n"));
            Assert.That(result.Output, Does.Match(@"right op +forward +1×3 +0 +\d\.\d\de-\d\d  pass\n\n3 cases on cpu .*: 1 passed, 2 failed; "));
        }
    }

    [Test]
    public void A_device_that_is_gone_ends_the_test()
    {
        DeviceSession? session = null;
        var result = Gpunet.RunOn(_ => session = DeviceSession.OpenSimulatedGpu(), ["selftest"], [new("fatal op", "forward", "1", _ => Kill()) { IsQuick = true }, Right]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Device), result.Error);
        Assert.That(result.Output, Does.Contain("0 passed, 1 failed, 1 not run: the device no longer answers; "));

        void Kill()
        {
            session!.Dispose();
            throw new InvalidOperationException("the context is gone");
        }
    }

    [Test]
    public void Quick_leaves_large_shapes_out()
    {
        Assert.That(Run([Right, Large]).Output, Does.Contain("\n2 cases"));
        Assert.That(Run([Right, Large], "--quick").Output, Does.Contain("\n1 case on"));
    }

    [Test]
    public void A_signal_ends_it_between_two_cases()
    {
        using var cancellation = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var signal = Right with { Op = "signal", Run = room => { Right.Run(room); cancellation.Cancel(); } };
        int code = Program.Run(["selftest", "--device", "cpu"], output, error, selfTest: [signal, Wrong], cancellation: cancellation.Token);
        Assert.That((ExitCode)code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(output.ToString(), Does.Contain("1 passed, 0 failed, 1 not run; ").And.Not.Contain("wrong op"));
        Assert.That(error.ToString(), Does.EndWith("error: cancelled.\n"));
    }

    [TestCase("--filter", "no such op", ExitCode.Usage, "--filter 'no such op' matches none", "Shorten it")]
    [TestCase("--filter", "", ExitCode.Usage, "--filter is empty", "leave it out")]
    [TestCase("--device", "cuda:63", ExitCode.Device, "'cuda:63'", "not present")]
    public void A_bad_option_is_refused_in_one_line(string option, string value, object code, string what, string wayOut)
    {
        var result = Gpunet.Run("selftest", option, value);
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(what).And.Contain(wayOut));
    }

    private static CommandResult Run(SelfTestCase[] cases, params string[] options) => Gpunet.RunOn(null, ["selftest", "--device", "cpu", .. options], cases);
}
