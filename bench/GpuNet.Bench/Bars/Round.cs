namespace GpuNet.Bench.Bars;

/// <summary>A round of a measurement in turns.</summary>
/// <param name="Milliseconds">Time of a call.</param>
/// <param name="Before">The yardstick before it.</param>
/// <param name="After">The yardstick after it.</param>
internal readonly record struct Round(double Milliseconds, Yardstick Before, Yardstick After)
{
    /// <summary>10⁹ units a second: the mean of both sides.</summary>
    public double Yardstick => (Before.Speed + After.Speed) / 2;

    /// <summary>Whether both sides were steady.</summary>
    public bool IsSteady => Before.IsSteady && After.IsSteady;
}
