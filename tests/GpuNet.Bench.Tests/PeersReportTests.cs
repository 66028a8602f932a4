using GpuNet.Bench.Peers;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Tests;

public sealed class PeersReportTests
{
    [Test]
    public void The_ratio_is_taken_round_by_round()
    {
        var report = new PeersReport(batch: 100);
        // A slow round of the machine slows both sides: the ratios stay 2, 2, 3.
        report.Add(ours: 10, theirs: 20);
        report.Add(ours: 100, theirs: 200);
        report.Add(ours: 10, theirs: 30);

        Assert.That(report.Ratio, Is.EqualTo(new Quartiles(2, 2, 2, 2.5, 3)));
        Assert.That(report.Ours.Median, Is.EqualTo(10));
        Assert.That(report.Theirs.Median, Is.EqualTo(30));
    }

    [Test]
    public void The_table_says_images_a_second_and_who_is_slower()
    {
        var report = new PeersReport(batch: 100);
        report.Add(ours: 50, theirs: 40);

        string text = string.Join('\n', report.Lines());
        Assert.That(text, Does.Contain("2000").And.Contain("2500"));
        Assert.That(text, Does.Contain("GpuNet takes 125 % of PyTorch's time").And.EndsWith("it is slower."));
    }
}
