using GpuNet.Bench.Bars;

namespace GpuNet.Bench.Tests.Bars;

public sealed class TurnsTests
{
    [Test]
    public void A_share_is_taken_against_the_yardsticks_on_both_sides_of_its_round()
    {
        // 10⁹ units: 1000, 500 and 250 · 10⁹ a second.
        var turns = new Turns(1e9, [new(1, Steady(2000), Steady(2000)), new(2, Steady(2000), Steady(1000)), new(4, Steady(1000), Steady(1000))]);
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
        var turns = Turns.Take(amount: 1e6, rounds: 9, call: () => 1 / (0.8 * (speed *= 0.95)), yardstick: () => Steady(speed *= 0.95));
        // The mean of the two sides against the middle: (1/0.95 + 0.95)/2.
        Assert.That(turns.Share.Median, Is.EqualTo(0.8).Within(0.002));
        Assert.That(turns.Share.Maximum - turns.Share.Minimum, Is.LessThan(1e-9));
    }

    [Test]
    public void Work_and_yardstick_take_turns()
    {
        List<char> order = [];
        Turns.Take(1, 3, () => Say('w'), () => Steady(Say('y')));
        Assert.That(string.Concat(order), Is.EqualTo("ywywywy"));

        double Say(char who)
        {
            order.Add(who);
            return 1;
        }
    }

    [Test]
    public void A_round_beside_an_unsteady_yardstick_is_taken_again()
    {
        var yardsticks = new Queue<Yardstick>([Steady(10), new(5, false), Steady(20), Steady(20), Steady(22)]);
        double time = 0;
        var turns = Turns.Take(1, 2, () => ++time, yardsticks.Dequeue);
        Assert.That(turns.Rounds, Is.EqualTo(new Round[] { new(3, Steady(20), Steady(20)), new(4, Steady(20), Steady(22)) }));
        Assert.That(turns.IsSteady);
    }

    [Test]
    public void A_machine_that_is_never_steady_is_measured_all_the_same_and_said_so()
    {
        var turns = Turns.Take(1, 3, () => 1, () => new(1, IsSteady: false));
        Assert.That(turns.Rounds, Has.Count.EqualTo(3));
        Assert.That(turns.IsSteady, Is.False);
        Assert.That(new BarRow("x", "forward", turns, "GFLOP/s", 1).ToString(), Does.Contain("| short? |"));
    }

    [Test]
    public void A_round_between_yardsticks_that_disagree_is_taken_again()
    {
        // A copy disturbed once: the rounds on both sides of it say nothing.
        var yardsticks = new Queue<Yardstick>([Steady(10), Steady(7), Steady(10), Steady(9), Steady(10)]);
        double time = 0;
        var turns = Turns.Take(1, 2, () => ++time, yardsticks.Dequeue);
        Assert.That(turns.Rounds.Select(round => round.Milliseconds), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(turns.IsSteady);
    }

    [Test]
    public void Copies_that_never_agree_get_a_question_mark()
    {
        int copies = 0;
        var turns = Turns.Take(1, 3, () => 1, () => Steady(copies++ % 2 == 0 ? 10 : 7));
        Assert.That(turns.IsSteady, Is.False);
        Assert.That(new BarRow("x", "forward", turns, "GB/s", 0.6).Verdict, Does.EndWith("?"));
    }

    [TestCase(1, ExpectedResult = true)]
    [TestCase(0.8, ExpectedResult = false)]
    public bool A_peak_is_steady_if_the_cores_are_equally_fast(double balance) => Yardstick.Of(new(1, balance)).IsSteady;

    private static Yardstick Steady(double speed) => new(speed, IsSteady: true);
}
