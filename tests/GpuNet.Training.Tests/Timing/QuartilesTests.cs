using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

public sealed class QuartilesTests
{
    [Test]
    public void An_odd_number_of_values_has_its_middle_as_median()
    {
        Assert.That(Quartiles.Of([5, 1, 4, 2, 3]), Is.EqualTo(new Quartiles(1, 2, 3, 4, 5)));
    }

    [Test]
    public void Between_two_values_it_interpolates_linearly()
    {
        Assert.That(Quartiles.Of([40, 10, 30, 20]), Is.EqualTo(new Quartiles(10, 17.5, 25, 32.5, 40)));
    }

    [Test]
    public void One_value_is_its_own_spread()
    {
        Assert.That(Quartiles.Of([7.5]), Is.EqualTo(new Quartiles(7.5, 7.5, 7.5, 7.5, 7.5)));
    }

    [Test]
    public void An_outlier_moves_the_maximum_and_nothing_else()
    {
        var q = Quartiles.Of([1, 2, 3, 4, 1000]);
        Assert.That(q, Is.EqualTo(new Quartiles(1, 2, 3, 4, 1000)));
    }

    [TestCase(new double[0])]
    [TestCase(new[] { 1.0, double.NaN })]
    public void No_values_and_NaN_are_refused(double[] values)
    {
        Assert.That(() => Quartiles.Of(values), Throws.ArgumentException);
    }
}
