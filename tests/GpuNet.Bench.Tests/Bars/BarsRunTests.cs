using GpuNet.Bench.Bars;
using GpuNet.Bench.Kernels;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarsRunTests
{
    [Test]
    public void Without_a_filter_every_measure_with_a_bar_is_wanted()
    {
        var run = new BarsRun("", rounds: 1, workers: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Kernels.Select(entry => entry.Case.Name), Does.Contain("googlenet 3a 5×5").And.Contain("alexnet norm1 LRN").And.Not.Contain("SGD 145,578"));
            Assert.That(run.Kernels.Single(entry => entry.Case.Name == "cifar10 conv1").Passes, Is.EqualTo(new[] { KernelPass.Forward, KernelPass.BackwardWeights }));
            Assert.That(run.Avx2Kernels, Has.Count.EqualTo(3));
            Assert.That(run.WantsStepScaling && run.ScaledPasses.Count == 3);
        }
    }

    [Test]
    public void A_filter_reads_name_and_pass_and_an_x_for_the_times_sign()
    {
        var run = new BarsRun("3A 3x3 d", rounds: 1, workers: 1);
        Assert.That(run.Kernels, Has.Count.EqualTo(1));
        Assert.That(run.Kernels[0].Case.Name, Is.EqualTo("googlenet 3a 3×3"));
        Assert.That(run.Kernels[0].Passes, Is.EqualTo(new[] { KernelPass.BackwardData }));
        Assert.That(run.Avx2Kernels, Is.Empty);
        Assert.That(run.WantsStepScaling, Is.False);
    }

    [Test]
    public void A_filter_that_matches_nothing_says_what_there_is()
    {
        Assert.That(
            () => new BarsRun("vgg", rounds: 1, workers: 1).PrintAll(),
            Throws.TypeOf<BenchException>().With.Message.Contains("'vgg'").And.Message.Contains("alexnet conv5").And.Message.Contains(ScalingBars.Step));
    }

    [Test]
    public void A_row_says_share_bar_and_verdict()
    {
        var met = new BarRow("conv", "data", new Turns(2e9, [new(10, new(220, true), new(220, true))]), "GFLOP/s", 0.85);
        Assert.That(met.IsMet);
        Assert.That(
            met.ToString().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "conv", "data", "10.000", "200.0 GFLOP/s", "90.9 % (91–91)", "85 %", "met", "-" }));
        Assert.That((met with { Bar = 0.92, Choice = "direct" }).ToString(), Does.Contain("| short  |").And.Contain("| direct"));
        Assert.That(BarRow.Header.Concat([met.ToString()]).Select(line => line.Count(c => c == '|')), Is.All.EqualTo(9));
    }
}
