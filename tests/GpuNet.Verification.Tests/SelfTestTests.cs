using GpuNet.Testing;

namespace GpuNet.Verification.Tests;

/// <summary>The self-test passes on every device at hand, and each kind of fault shows.</summary>
public sealed class SelfTestTests(string device) : DeviceFixture(device)
{
    // With OpenCL not each variant of the tiles: a second of compiling each, and GemmLauncherTests has them.
    [Test]
    public void Every_quick_case_passes() =>
        Assert.That(Failures(SelfTest.Cases.Where(test => test.IsQuick && !(Device == "opencl" && test.Op.StartsWith("tiles", StringComparison.Ordinal)))), Is.Empty);

    // Minutes with PoCL, hours on the simulated GPU.
    [Test, Explicit]
    public void Every_case_passes() => Assert.That(Failures(SelfTest.Cases), Is.Empty);

    private IEnumerable<string> Failures(IEnumerable<SelfTestCase> cases) =>
        cases.Where(test => test.AppliesTo(Session)).Select(test => SelfTest.Run(Session, test)).Where(result => !result.Passed).Select(result => $"{result.Case}: {result.Problem}");
}
