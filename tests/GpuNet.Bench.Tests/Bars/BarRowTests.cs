using GpuNet.Bench.Bars;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarRowTests
{
    [Test]
    public void A_row_says_share_bar_and_verdict()
    {
        var met = new BarRow("conv", "data", new Turns(2e9, [new(10, new(220, true), new(220, true))]), "GFLOP/s", 0.85);
        Assert.That(met.Verdict, Is.EqualTo("met"));
        Assert.That(
            met.ToString().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "conv", "data", "10.000", "200.0 GFLOP/s", "90.9 % (91–91)", "85 %", "met", "-" }));
        Assert.That((met with { Bar = 0.92, Choice = "direct" }).ToString(), Does.Contain("| short  |").And.Contain("| direct"));
        Assert.That(
            (met with { Bar = null }).ToString().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^3..],
            Is.EqualTo(new[] { "-", "-", "-" }));
        Assert.That(BarRow.Header.Concat([met.ToString()]).Select(line => line.Count(c => c == '|')), Is.All.EqualTo(9));
    }
}
