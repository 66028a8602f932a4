namespace GpuNet.Bench.Bars;

/// <summary>A round of a measurement in turns.</summary>
/// <param name="Milliseconds">Time of a call.</param>
/// <param name="Before">The yardstick before it.</param>
/// <param name="After">The yardstick after it.</param>
internal readonly record struct Round(double Milliseconds, Yardstick Before, Yardstick After)
{
    // Two copies on an undisturbed machine differ by less, and so does what a clock drifts by in a round.
    private const double LeastAgreement = 0.8;

    /// <summary>10⁹ units a second: the mean of both sides.</summary>
    public double Yardstick => (Before.Speed + After.Speed) / 2;

    /// <summary>Whether both sides were steady and about equally fast: their mean says little where one of them was disturbed.</summary>
    public bool IsSteady =>
        Before.IsSteady && After.IsSteady && Math.Min(Before.Speed, After.Speed) >= LeastAgreement * Math.Max(Before.Speed, After.Speed);
}
