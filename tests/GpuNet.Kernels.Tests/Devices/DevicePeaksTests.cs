using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class DevicePeaksTests
{
    [Test]
    public void Workers_speeds_are_summed_and_the_slowest_told_from_the_fastest() =>
        // 2, 1 and 4 · 10⁹ operations a second.
        Assert.That(PeakSpeed.Of(1e9, [0.5, 1, 0.25]), Is.EqualTo(new PeakSpeed(7, 0.25)));

    [Test]
    public void A_processor_multiplies_and_copies()
    {
        using var session = DeviceSession.OpenCpu();
        Assert.That(DevicePeaks.CanMeasure(session));
        var peaks = new DevicePeaks(session);
        var peak = peaks.MultiplyAdd();
        using (Assert.EnterMultipleScope())
        {
            // No processor, however busy, does less; none does more at 16 lanes, 4 units and 10 GHz.
            Assert.That(peak.Speed, Is.InRange(0.1, 1280.0 * session.Workers));
            Assert.That(peak.Balance, Is.InRange(0.0, 1.0));
            Assert.That(peaks.Copy(), Is.InRange(0.1, 10_000));
        }
    }

    [Test]
    public void Another_device_has_no_peaks_to_measure()
    {
        using var session = DeviceSession.OpenSimulatedGpu();
        Assert.That(DevicePeaks.CanMeasure(session), Is.False);
    }
}
