using GpuNet.Bench.Bars;

namespace GpuNet.Bench.Tests.Bars;

public sealed class TurnsTests
{
    [Test]
    public void A_share_is_taken_against_the_yardsticks_on_both_sides_of_its_round()
    {
        // 10⁹ units: 1000, 500 and 250 · 10⁹ a second. Round 1 lies between 2000 and 2000, round 2 between 2000 and 1000, round 3 between 1000 and 1000.
        var turns = new Turns(1e9, [1, 2, 4], [2000, 2000, 1000, 1000]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(turns.Share.Maximum, Is.EqualTo(0.5).Within(1e-12));
            Assert.That(turns.Share.Median, Is.EqualTo(1.0 / 3).Within(1e-12));
            Assert.That(turns.Share.Minimum, Is.EqualTo(0.25).Within(1e-12));
            Assert.That(turns.Time, Is.EqualTo(2));
            Assert.That(turns.Speed, Is.EqualTo(500));
        }
    }

    [Test]
    public void A_clock_that_drifts_leaves_the_share()
    {
        double speed = 100;
        var turns = Turns.Take(amount: 1e6, rounds: 9, call: () => 1 / (0.8 * (speed *= 0.95)), yardstick: () => speed *= 0.95);
        // The mean of the two sides against the middle: (1/0.95 + 0.95)/2.
        Assert.That(turns.Share.Median, Is.EqualTo(0.8).Within(0.002));
        Assert.That(turns.Share.Maximum - turns.Share.Minimum, Is.LessThan(1e-9));
    }

    [Test]
    public void Work_and_yardstick_take_turns()
    {
        List<char> order = [];
        Turns.Take(1, 3, () => Say('w'), () => Say('y'));
        Assert.That(string.Concat(order), Is.EqualTo("ywywywy"));

        double Say(char who)
        {
            order.Add(who);
            return 1;
        }
    }
}
