using GpuNet.Training.Timing;

namespace GpuNet.Bench.Bars;

/// <summary>
/// A measurement in turns with its yardstick: yardstick, work, yardstick, work, …, yardstick. A round's share is the work's speed against
/// the mean of the two yardsticks beside it, so that a drift of the clock hits both.
/// </summary>
/// <param name="Amount">Units of work of a call.</param>
/// <param name="Rounds">The rounds, one or more.</param>
internal sealed record Turns(double Amount, IReadOnlyList<Round> Rounds)
{
    // Rounds on an unsteady machine are taken again, but not for ever.
    private const int Patience = 4;

    /// <summary>Milliseconds of a call.</summary>
    public double Time => Quartiles.Of(Rounds.Select(round => round.Milliseconds)).Median;

    /// <summary>10⁹ units of work a second.</summary>
    public double Speed => SpeedOf(Amount, Time);

    /// <summary>The work's speed as a share of the yardstick's.</summary>
    public Quartiles Share => Quartiles.Of(Rounds.Select(round => SpeedOf(Amount, round.Milliseconds) / round.Yardstick));

    /// <summary>Whether most rounds were steady.</summary>
    public bool IsSteady => 2 * Rounds.Count(round => round.IsSteady) > Rounds.Count;

    /// <summary>10⁹ units a second of so many units in so many milliseconds.</summary>
    public static double SpeedOf(double amount, double milliseconds) => amount / milliseconds / 1e6;

    /// <summary>Measures. A round whose yardsticks say that the machine was unsteady is taken again, until as many have been dropped as are worth the time.</summary>
    /// <param name="amount">Units of work of a call.</param>
    /// <param name="rounds">Rounds, 1 or more.</param>
    /// <param name="call">Does the work and waits for the device; returns a call's milliseconds.</param>
    /// <param name="yardstick">Measures the yardstick, in 10⁹ units a second.</param>
    /// <returns>The measurement.</returns>
    public static Turns Take(double amount, int rounds, Func<double> call, Func<Yardstick> yardstick)
    {
        List<Round> taken = [];
        int dropped = 0;
        var before = yardstick();
        while (taken.Count < rounds)
        {
            double milliseconds = call();
            var after = yardstick();
            var round = new Round(milliseconds, before, after);
            if (round.IsSteady || dropped++ >= Patience * rounds)
                taken.Add(round);
            before = after;
        }

        return new(amount, taken);
    }
}
