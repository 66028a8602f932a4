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
            log.OnIteration(new(1, 1e-7, 0.85, double.NaN, 0, TimeSpan.FromSeconds(1234.5)));
            log.OnEvaluation(new(500, 0.1f, 0.7533, 0.98));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.That(File.ReadAllText(folder.At("iterations.csv")), Is.EqualTo(
            "iteration,rate,loss,images_per_second,elapsed_seconds,momentum\n0,0.001,2.302585,4000.3,0.025,0.9\n1,1E-07,NaN,0.0,1234.500,0.85\n"));
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

    [Test]
    public void A_run_that_is_continued_keeps_the_rows_before_it()
    {
        using var folder = new TemporaryFolder();
        using (var log = new CsvLog(folder.Root))
        {
            for (int i = 0; i < 20; i++)
                log.OnIteration(new(i, 0.1, 0.9, i, 1, TimeSpan.Zero));
            log.OnEvaluation(new(10, 1, 0.5, 0.9));
            log.OnEvaluation(new(15, 1, 0.6, 0.9));
            log.OnEvaluation(new(20, 1, 0.6, 0.9));
        }

        // As a disk that is full may leave it.
        File.AppendAllText(folder.At("iterations.csv"), "20,0.");
        using (var log = new CsvLog(folder.Root, from: Tiny.Progress(15)))
        {
            log.OnIteration(new(15, 0.1, 0.9, 99, 1, TimeSpan.Zero));
            log.OnEvaluation(new(20, 1, 0.7, 0.9));
        }

        string[] rows = File.ReadAllLines(folder.At("iterations.csv"));
        Assert.That(rows.Skip(1).Select(row => int.Parse(row.Split(',')[0], CultureInfo.InvariantCulture)), Is.EqualTo(Enumerable.Range(0, 16)));
        Assert.That(rows[^1], Does.StartWith("15,0.1,99,"));
        Assert.That(File.ReadAllText(folder.At("evaluations.csv")), Is.EqualTo("iteration,loss,accuracy,top5_accuracy\n10,1,0.5,0.9\n15,1,0.6,0.9\n20,1,0.7,0.9\n"));
    }

    [Test]
    public void The_evaluation_before_the_iteration_is_dropped_unless_the_run_has_made_it()
    {
        using var folder = new TemporaryFolder();
        using (var log = new CsvLog(folder.Root))
        {
            log.OnEvaluation(new(10, 1, 0.5, 0.9));
            log.OnEvaluation(new(15, 1, 0.6, 0.9));
        }

        using (new CsvLog(folder.Root, Tiny.Progress(10) with { Iteration = 15 }))
        {
        }

        Assert.That(File.ReadAllText(folder.At("evaluations.csv")), Is.EqualTo("iteration,loss,accuracy,top5_accuracy\n10,1,0.5,0.9\n"));
    }

    [TestCase("20,0.", 20)]
    [TestCase("20,0.1,20,1.0", 20)]
    [TestCase("\n\n", 20)]
    [TestCase("", 20)]
    public void Of_a_run_that_is_continued_a_broken_row_is_dropped(string end, int rows)
    {
        using var folder = new TemporaryFolder();
        using (var log = new CsvLog(folder.Root))
        {
            for (int i = 0; i < 20; i++)
                log.OnIteration(new(i, 0.1, 0.9, i, 1, TimeSpan.Zero));
        }

        File.AppendAllText(folder.At("iterations.csv"), end);
        using (new CsvLog(folder.Root, from: Tiny.Progress(25)))
        {
        }

        Assert.That(File.ReadAllText(folder.At("iterations.csv")).Split('\n'), Has.Length.EqualTo(1 + rows + 1));
    }

    [Test]
    public void A_run_that_is_continued_without_its_log_begins_one()
    {
        using var folder = new TemporaryFolder();
        using (var log = new CsvLog(folder.Root, from: Tiny.Progress(7)))
            log.OnIteration(new(7, 0.1, 0.9, 2, 1, TimeSpan.Zero));
        Assert.That(File.ReadAllLines(folder.At("iterations.csv")), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_file_with_other_columns_is_not_continued()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("iterations.csv"), "iteration,rate\n0,0.1\n");
        Assert.That(() => new CsvLog(folder.Root, from: Tiny.Progress(7)), Throws.TypeOf<OutputException>().With.Message.Contains("begins with 'iteration,rate'"));
        Assert.That(File.ReadAllText(folder.At("iterations.csv")), Is.EqualTo("iteration,rate\n0,0.1\n"));
    }
}
