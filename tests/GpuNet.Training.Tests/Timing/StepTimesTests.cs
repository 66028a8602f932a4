using GpuNet.Kernels.Tensors;
using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

public sealed class StepTimesTests
{
    private static readonly StepTimes Times = new(
        [
            new("conv1", "Convolution", "forward", new Shape(1, 2, 3, 4), Milliseconds: 2, Operations: 200e6, Bytes: 30e6),
            new("conv1", "Convolution", "backward", new Shape(1, 2, 3, 4), Milliseconds: 5, Operations: 400e6, Bytes: 40e6),
            new("relu1", "Relu", "forward", new Shape(1, 2, 3, 4), Milliseconds: 1, Operations: 0, Bytes: 20e6),
            new("split1", "Split", "forward", new Shape(1, 2, 3, 4), Milliseconds: 0.001, Operations: 0, Bytes: 20e6),
        ],
        UpdateMilliseconds: 1.999,
        UpdateBytes: 10e6,
        StepMilliseconds: 8,
        Peak: 400,
        Copy: 50);

    [Test]
    public void A_row_has_speed_share_of_the_peak_bandwidth_and_share_of_the_step()
    {
        var rows = Times.Rows.ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Times.Columns, Is.EqualTo(new[] { "Layer", "Kind", "Output", "Pass", "ms", "GFLOP/s", "% of peak", "GB/s", "% of step" }));
            Assert.That(rows[0], Is.EqualTo(new[] { "conv1", "Convolution", "1×2×3×4", "forward", "2.000", "100.0", "25", "15.0", "20.0" }));
            Assert.That(rows[2], Is.EqualTo(new[] { "relu1", "Relu", "1×2×3×4", "forward", "1.000", "", "", "20.0", "10.0" }));
        }
    }

    [Test]
    public void A_time_below_the_clocks_resolution_gives_no_speed() =>
        Assert.That(Times.Rows.ElementAt(3), Is.EqualTo(new[] { "split1", "Split", "1×2×3×4", "forward", "0.001", "", "", "", "0.0" }));

    [Test]
    public void Sums_stand_below()
    {
        Assert.That(Times.Rows.Skip(4), Is.EqualTo(new[]
        {
            new[] { "all layers", "", "", "forward", "3.001", "66.6", "17", "23.3", "30.0" },
            ["all layers", "", "", "backward", "5.000", "80.0", "20", "8.0", "50.0"],
            ["update", "", "", "", "1.999", "", "", "5.0", "20.0"],
            ["sum", "", "", "", "10.000", "60.0", "15", "12.0", "100.0"],
        }));
        Assert.That(Times.Notes, Has.Some.EqualTo("The step without timers: 8.000 ms, 75.0 GFLOP/s, 19 % of the peak.").And.Some.EqualTo("In the same run: peak 400.0 GFLOP/s, copy 50.0 GB/s."));
    }

    [Test]
    public void A_peak_from_a_disturbed_machine_has_a_question_mark_wherever_it_is_used()
    {
        var times = Times with { PeakIsSteady = false };
        Assert.That(times.Rows.First(), Is.EqualTo(new[] { "conv1", "Convolution", "1×2×3×4", "forward", "2.000", "100.0", "25?", "15.0", "20.0" }));
        Assert.That(times.Rows.ElementAt(2)[6], Is.Empty);
        Assert.That(times.Notes, Has.Some.Contain("19 % of the peak?.").And.Some.Contain("peak 400.0 GFLOP/s?,").And.Some.StartsWith("?: "));
        Assert.That(string.Concat(Times.Notes), Does.Not.Contain("?"));
    }

    [Test]
    public void Without_a_peak_there_is_no_share_of_it()
    {
        var times = Times with { Peak = null, Copy = null };
        Assert.That(times.Columns, Has.Count.EqualTo(8).And.None.EqualTo("% of peak"));
        Assert.That(times.Rows.Select(row => row.Count), Is.All.EqualTo(8));
        Assert.That(times.Rows.First(), Is.EqualTo(new[] { "conv1", "Convolution", "1×2×3×4", "forward", "2.000", "100.0", "15.0", "20.0" }));
        Assert.That(string.Concat(times.Notes), Does.Not.Contain("peak"));
    }
}
