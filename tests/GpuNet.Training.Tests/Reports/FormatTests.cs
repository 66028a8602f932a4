using GpuNet.Training.Reports;

namespace GpuNet.Training.Tests.Reports;

public sealed class FormatTests
{
    [TestCase(0.001, "0.001")]
    [TestCase(0.00012345678, "0.000123")]
    [TestCase(0, "0")]
    [TestCase(1e-9, "1E-09")]
    [TestCase(1e30, "1E+30")]
    [TestCase(0.05, "0.05")]
    public void A_rate_reads_as_people_write_it(double rate, string text) => Assert.That(Format.Rate(rate), Is.EqualTo(text));

    [TestCase(7, "0:07")]
    [TestCase(754, "12:34")]
    [TestCase(3723, "1:02:03")]
    [TestCase(90061, "25:01:01")]
    public void A_time_has_hours_only_if_it_needs_them(int seconds, string text) => Assert.That(Format.Time(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [Test]
    public void A_share_is_a_percentage() => Assert.That(Format.Percent(0.83154), Is.EqualTo("83.15 %"));
}
