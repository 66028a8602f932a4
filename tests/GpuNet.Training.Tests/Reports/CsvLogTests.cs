using System.Globalization;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

public sealed class CsvLogTests
{
    [Test]
    public void Rows_follow_one_header_with_points_whatever_the_culture()
    {
        using var folder = new TemporaryFolder();
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            using var log = new CsvLog(folder.Root);
            log.OnIteration(new(0, 0.001, 0.9, 2.302585, 4000.26, TimeSpan.FromSeconds(0.0254)));
            log.OnIteration(new(1, 1e-7, 0.9, double.NaN, 0, TimeSpan.FromSeconds(1234.5)));
            log.OnEvaluation(new(500, 0.1f, 0.7533, 0.98));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.That(File.ReadAllText(folder.At("iterations.csv")), Is.EqualTo(
            "iteration,rate,loss,images_per_second,elapsed_seconds\n0,0.001,2.302585,4000.3,0.025\n1,1E-07,NaN,0.0,1234.500\n"));
        Assert.That(File.ReadAllText(folder.At("evaluations.csv")), Is.EqualTo("iteration,loss,accuracy,top5_accuracy\n500,0.100000001,0.7533,0.98\n"));
    }

    [Test]
    public void A_row_can_be_read_as_soon_as_it_is_logged()
    {
        using var folder = new TemporaryFolder();
        using var log = new CsvLog(folder.Root);
        log.OnIteration(new(7, 0.001, 0.9, 2, 1, TimeSpan.Zero));
        using var reader = new StreamReader(new FileStream(folder.At("iterations.csv"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.That(reader.ReadToEnd().Split('\n')[1], Does.StartWith("7,0.001,2,"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => new CsvLog(folder.At("none")), Throws.TypeOf<OutputException>().With.Message.Contains("iterations.csv"));
    }
}
