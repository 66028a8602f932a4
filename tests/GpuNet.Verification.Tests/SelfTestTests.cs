using GpuNet.Testing;

namespace GpuNet.Verification.Tests;

/// <summary>The self-test passes on every device at hand, and each kind of fault shows.</summary>
public sealed class SelfTestTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Every_quick_case_passes() =>
        Assert.That(SelfTest.Cases.Where(test => test.IsQuick).Select(test => SelfTest.Run(Session, test)).Where(result => !result.Passed).Select(result => $"{result.Case}: {result.Problem}"), Is.Empty);
}
