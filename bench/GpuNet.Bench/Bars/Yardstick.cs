using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Bars;

/// <summary>What a measure is a share of, measured once.</summary>
/// <param name="Speed">10⁹ units of work a second.</param>
/// <param name="IsSteady">Whether the cores were equally fast, where that is measured. Elsewhere somebody else had a share of one: a kernel that splits its work evenly
/// waits for the slow core, one that does not is less disturbed than the peak, and neither says what it can do.</param>
internal readonly record struct Yardstick(double Speed, bool IsSteady)
{
    /// <summary>The multiply-add peak.</summary>
    public static Yardstick Of(PeakSpeed peak) => new(peak.Speed, peak.IsSteady);
}
