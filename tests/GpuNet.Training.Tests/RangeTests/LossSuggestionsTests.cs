using GpuNet.Training.RangeTests;

namespace GpuNet.Training.Tests.RangeTests;

public sealed class LossSuggestionsTests
{
    [Test]
    public void A_valley_gives_all_three()
    {
        // Flat to 0.2, falls with a steepest point at 0.4, least at 0.6, rises.
        var found = Of([2, 2, 2, 1.9, 1, 0.6, 0.5, 0.7, 1.5, 3]);
        Assert.That(found.Steepest, Is.EqualTo(0.4).Within(1e-12));
        Assert.That(found.MinimumTenth, Is.EqualTo(0.06).Within(1e-12));
        // From 0.2 or before to 0.6.
        Assert.That(found.Valley, Is.InRange(0.3 - 1e-12, 0.4 + 1e-12));
    }

    [Test]
    public void A_curve_that_only_rises_gives_none() => Assert.That(Of([1, 2, 3, 4, 5]), Is.EqualTo(default(LossSuggestions)));

    [Test]
    public void Too_few_points_give_none([Values(0, 1, 2)] int points) => Assert.That(Of([.. Enumerable.Range(0, points).Select(i => 2.0 - i)]), Is.EqualTo(default(LossSuggestions)));

    [Test]
    public void A_long_curve_is_thinned()
    {
        var found = Of([.. Enumerable.Range(0, 100_000).Select(i => i < 60_000 ? 60_000 - i : (double)i)]);
        Assert.That(found.MinimumTenth, Is.EqualTo(600).Within(10));
        Assert.That(found.Valley, Is.EqualTo(3000).Within(20));
    }

    private static LossSuggestions Of(double[] losses) => LossSuggestions.Of([.. losses.Select((loss, i) => new SweepLoss(i, 0.1 * i, loss, loss))]);
}
