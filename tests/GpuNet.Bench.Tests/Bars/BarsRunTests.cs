using GpuNet.Bench.Bars;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarsRunTests
{
    [Test]
    public void A_width_that_this_process_does_not_exceed_is_refused()
    {
        foreach (var width in NarrowWidth.All)
        {
            using var output = new StringWriter();
            var run = new BarsRun($"{width.Prefix}cifar10 conv3 forward", rounds: 1, workers: 1, new(output));
            if (width.Bits >= Simd.VectorBits)
                Assert.That(() => run.TakeAll(TextWriter.Null), Throws.TypeOf<BenchException>().With.Message.Contains(width.Prefix).And.Message.Contains(Simd.Description));
            if (width.Bits != Simd.VectorBits)
                Assert.That(() => run.TakeNarrow(width.Bits), Throws.TypeOf<BenchException>().With.Message.Contains(Simd.Description));
            Assert.That(output.ToString(), Is.Empty);
        }
    }

    [Test]
    public void Notes_of_other_processes_stand_below_the_table()
    {
        using var output = new StringWriter();
        var report = new BarsReport(output);
        report.Add("| one |");
        report.Add("");
        report.Add("AVX2 peak 1");
        report.Add("| two |");
        report.End();
        Assert.That(output.ToString().Split(Environment.NewLine), Is.EqualTo(new[] { "| one |", "| two |", "", "AVX2 peak 1", "" }));
    }

    [Test]
    public void The_head_counts_workers_and_says_how_Winograd_is_judged()
    {
        using var output = new StringWriter();
        new BarsReport(output).Begin(workers: 1, rounds: 1);
        Assert.That(output.ToString(), Does.Contain("; 1 worker, 1 round" + Environment.NewLine).And.Contains("nominal").And.Contains("5×5"));
    }
}
