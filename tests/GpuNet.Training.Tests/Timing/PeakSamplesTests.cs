using GpuNet.Kernels.Devices;
using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

public sealed class PeakSamplesTests
{
    private static readonly PeakSpeed Steady = new(500, Balance: 0.97), Disturbed = new(300, Balance: 0.5);

    [Test]
    public void A_disturbed_measurement_is_taken_again()
    {
        var peaks = Take(2, Disturbed, Disturbed, Steady, Disturbed, Steady with { Speed = 510 });
        Assert.That((peaks.Median, peaks.IsSteady), Is.EqualTo((505.0, true)));
    }

    [Test]
    public void A_machine_that_stays_disturbed_is_measured_five_times_and_doubted()
    {
        var peaks = Take(1, [.. Enumerable.Repeat(Disturbed, 5)]);
        Assert.That((peaks.Median, peaks.IsSteady), Is.EqualTo((300.0, false)));
    }

    [Test]
    public void Steady_measurements_decide_even_where_they_are_few()
    {
        var peaks = Take(3, [.. Enumerable.Repeat(Disturbed, 10), Steady]);
        Assert.That((peaks.Median, peaks.IsSteady), Is.EqualTo((500.0, false)));
    }

    // Every measurement given is taken.
    private static PeakSamples Take(int count, params PeakSpeed[] measured)
    {
        var left = new Queue<PeakSpeed>(measured);
        var peaks = new PeakSamples(left.Dequeue);
        for (int i = 0; i < count; i++)
            peaks.Take();
        Assert.That(left, Is.Empty);
        return peaks;
    }
}
