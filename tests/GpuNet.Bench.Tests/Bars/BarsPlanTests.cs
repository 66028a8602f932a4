using GpuNet.Bench.Bars;
using GpuNet.Bench.Kernels;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarsPlanTests
{
    [Test]
    public void Without_a_filter_every_measure_is_wanted()
    {
        var plan = new BarsPlan("", workers: 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Kernels.Select(entry => entry.Case.Name), Does.Contain("googlenet 3a 5×5").And.Contain("alexnet norm1 LRN").And.Contain("softmax loss 16×1000").And.Not.Contain("SGD 145,578"));
            Assert.That(plan.Kernels.Single(entry => entry.Case.Name == "cifar10 conv1").Passes, Is.EqualTo(new[] { KernelPass.Forward, KernelPass.BackwardWeights }));
            Assert.That(plan.Widths.Select(width => (width.Bits, width.Bar)), Is.EqualTo(new (int, double?)[] { (256, 0.8), (128, null) }));
            Assert.That(plan.Widths.Select(width => plan.CasesAt(width).Count), Is.All.EqualTo(3));
            Assert.That(plan.WantsStepScaling && plan.ScaledPasses.Count == 3);
        }
    }

    [Test]
    public void A_filter_reads_name_and_pass_and_an_x_for_the_times_sign()
    {
        var plan = new BarsPlan("3A 3x3 d", workers: 2);
        Assert.That(plan.Kernels, Has.Count.EqualTo(1));
        Assert.That(plan.Kernels[0].Case.Name, Is.EqualTo("googlenet 3a 3×3"));
        Assert.That(plan.Kernels[0].Passes, Is.EqualTo(new[] { KernelPass.BackwardData }));
        Assert.That(plan.Widths, Is.Empty);
        Assert.That(plan.WantsStepScaling, Is.False);
    }

    [TestCase("AVX2 cifar10 conv2", 256)]
    [TestCase("128-bit cifar10 conv2", 128)]
    public void A_filter_chooses_a_width(string only, int bits)
    {
        var plan = new BarsPlan(only, workers: 2);
        Assert.That(plan.Kernels, Is.Empty);
        Assert.That(plan.Widths.Select(width => width.Bits), Is.EqualTo(new[] { bits }));
        Assert.That(plan.CasesAt(plan.Widths[0]).Select(entry => entry.Case.Name), Is.EqualTo(new[] { "cifar10 conv2" }));
        Assert.That(plan.ThrowIfEmpty, Throws.Nothing);
    }

    [Test]
    public void A_filter_that_matches_nothing_says_what_there_is()
    {
        Assert.That(
            () => new BarsPlan("vgg", workers: 2).ThrowIfEmpty(),
            Throws.TypeOf<UsageException>().With.Message.Contains("'vgg'").And.Message.Contains("alexnet conv5").And.Message.Contains(ScalingBars.Step));
    }

    [Test]
    public void One_worker_leaves_the_scaling_out()
    {
        var plan = new BarsPlan("", workers: 1);
        Assert.That(plan.WantsStepScaling, Is.False);
        Assert.That(plan.ScaledPasses, Is.Empty);
        Assert.That(new BarsPlan("2 workers : 1", workers: 1).ThrowIfEmpty, Throws.TypeOf<UsageException>().With.Message.Contains("--workers 1 leaves out the scaling"));
    }
}
