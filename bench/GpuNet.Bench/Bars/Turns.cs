using GpuNet.Bench.Measurement;

namespace GpuNet.Bench.Bars;

/// <summary>
/// A measurement in turns with its yardstick: yardstick, work, yardstick, work, …, yardstick. A round's share is the work's speed against
/// the mean of the two yardsticks beside it, so that a drift of the clock hits both.
/// </summary>
/// <param name="Amount">Units of work of a call.</param>
/// <param name="Milliseconds">A call's time, round by round.</param>
/// <param name="Yardsticks">10⁹ units a second, before the first round and after each.</param>
internal sealed record Turns(double Amount, IReadOnlyList<double> Milliseconds, IReadOnlyList<double> Yardsticks)
{
    /// <summary>Milliseconds of a call.</summary>
    public double Time => Quartiles.Of(Milliseconds).Median;

    /// <summary>10⁹ units of work a second.</summary>
    public double Speed => SpeedOf(Amount, Time);

    /// <summary>The work's speed as a share of the yardstick's.</summary>
    public Quartiles Share => Quartiles.Of(Milliseconds.Select((time, round) => SpeedOf(Amount, time) / ((Yardsticks[round] + Yardsticks[round + 1]) / 2)));

    /// <summary>10⁹ units a second of so many units in so many milliseconds.</summary>
    public static double SpeedOf(double amount, double milliseconds) => amount / milliseconds / 1e6;

    /// <summary>Measures.</summary>
    /// <param name="amount">Units of work of a call.</param>
    /// <param name="rounds">Rounds, 1 or more.</param>
    /// <param name="call">Does the work and waits for the device; returns a call's milliseconds.</param>
    /// <param name="yardstick">Measures the yardstick, in 10⁹ units a second.</param>
    /// <returns>The measurement.</returns>
    public static Turns Take(double amount, int rounds, Func<double> call, Func<double> yardstick)
    {
        double[] times = new double[rounds];
        double[] yardsticks = new double[rounds + 1];
        yardsticks[0] = yardstick();
        for (int round = 0; round < rounds; round++)
        {
            times[round] = call();
            yardsticks[round + 1] = yardstick();
        }

        return new(amount, times, yardsticks);
    }
}
