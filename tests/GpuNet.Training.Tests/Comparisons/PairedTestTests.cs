using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Tests.Comparisons;

public sealed class PairedTestTests
{
    // Ten patients' gain of sleep from one drug over another: Student (1908), as R's data set sleep has them; the values are those of its t.test(paired = TRUE).
    private static readonly double[] Sleep = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];

    [Test]
    public void Students_own_example_has_his_values()
    {
        var test = PairedTest.Of(Sleep)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(test.Difference.Count, Is.EqualTo(10));
            Assert.That(test.Difference.Mean, Is.EqualTo(1.58).Within(1e-12));
            Assert.That(test.PValue, Is.EqualTo(0.00283289).Within(5e-9));
            Assert.That(test.Interval?.Low, Is.EqualTo(0.7001142).Within(5e-8));
            Assert.That(test.Interval?.High, Is.EqualTo(2.4598858).Within(5e-8));
        }
    }

    // With 1 and 2 degrees of freedom the distribution has a closed form.
    [Test]
    public void Of_two_and_of_three_pairs_the_p_value_is_the_closed_form()
    {
        var two = PairedTest.Of([0.01, 0.03])!;
        Assert.That(two.PValue, Is.EqualTo(1 - (2 / Math.PI * Math.Atan(2))).Within(1e-9));
        Assert.That(two.Interval?.High, Is.EqualTo(0.02 + (0.01 * Math.Tan(0.475 * Math.PI))).Within(1e-9));
        var three = PairedTest.Of([0.01, 0.02, 0.04])!;
        Assert.That(three.PValue, Is.EqualTo(1 - (Math.Sqrt(7) / 3)).Within(1e-9));
    }

    [Test]
    public void The_sign_turns_the_interval_and_leaves_the_p_value()
    {
        var test = PairedTest.Of(Sleep)!;
        var turned = PairedTest.Of(Sleep.Select(gain => -gain))!;
        Assert.That(turned.PValue, Is.EqualTo(test.PValue));
        Assert.That((turned.Interval?.Low, turned.Interval?.High), Is.EqualTo((-test.Interval?.High, -test.Interval?.Low)));
    }

    // 0.9 − 0.8 and 0.4 − 0.3 differ in their last bits.
    [TestCase(0.0, 0.0)]
    [TestCase(0.9 - 0.8, 0.4 - 0.3, 0.2 - 0.1)]
    public void Equal_differences_have_a_mean_and_nothing_to_measure_it_by(params double[] differences)
    {
        var test = PairedTest.Of(differences)!;
        Assert.That(test.Difference.Mean, Is.EqualTo(differences[0]).Within(1e-12));
        Assert.That(test.Difference.Deviation, Is.Zero);
        Assert.That(test.PValue, Is.Null);
        Assert.That(test.Interval, Is.Null);
    }

    [Test]
    public void One_pair_is_no_test() => Assert.That(PairedTest.Of([0.1]), Is.Null);

    // The example of R's p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm"), and in another order.
    [TestCase(new[] { 0.01, 0.02, 0.03, 0.04 }, new[] { 0.04, 0.06, 0.06, 0.06 })]
    [TestCase(new[] { 0.03, 0.9, 0.01 }, new[] { 0.06, 0.9, 0.03 })]
    [TestCase(new[] { 0.6, 0.5 }, new[] { 1.0, 1.0 })]
    [TestCase(new double[0], new double[0])]
    public void Holms_correction_keeps_the_order(double[] values, double[] corrected) => Assert.That(PairedTest.Holm(values), Is.EqualTo(corrected).Within(1e-15));

    [Test]
    public void A_spread_has_the_sample_standard_deviation()
    {
        Assert.That(Spread.Of([]), Is.Null);
        Assert.That(Spread.Of([3]), Is.EqualTo(new Spread(1, 3, null)));
        var spread = Spread.Of([2, 4, 4, 4, 5, 5, 7, 9])!.Value;
        Assert.That(spread.Mean, Is.EqualTo(5));
        Assert.That(spread.Deviation, Is.EqualTo(Math.Sqrt(32.0 / 7)).Within(1e-15));
    }
}
