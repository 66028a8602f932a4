using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>What a comparison leaves for people and for spreadsheets.</summary>
public sealed class ComparisonReportTests
{
    private static readonly RunSetting Setting = new("tiny <b>& \"co\"</b>", 60, 37, new DeviceDescription(DeviceKind.Cpu, 0, "2 <i>cores</i>", 1 << 30), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
        Classes = 10,
        DataChecksum = "abc",
        Command = "gpunet compare --data 'a <script> & b'",
    };

    private static readonly Recipe Recipe = Cifar10QuickRecipe.Recipe;

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase(1)]
    [TestCase(3)]
    public void The_report_needs_nothing_but_itself(int seeds)
    {
        var page = Written(Comparison(seeds));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.QuerySelectorAll("script, link, img, iframe, object, embed, image, use, style:not(head style)"), Is.Empty);
            Assert.That(page.QuerySelector("style")!.TextContent, Does.Not.Contain("url(").And.Not.Contain("@import"));
            // What links lead to lies beside it.
            foreach (string? target in page.QuerySelectorAll("a").Select(link => link.GetAttribute("href")))
                Assert.That(target!.EndsWith('/') || File.Exists(folder.At(target)), target);
            string[] ids = [.. page.QuerySelectorAll("[id]").Select(element => element.Id!)];
            Assert.That(ids, Is.Unique);
            foreach (string use in page.QuerySelectorAll("[clip-path]").Select(element => element.GetAttribute("clip-path")!))
                Assert.That(ids, Does.Contain(use[5..^1]), use);
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Plots_are_pictures_of_the_page_as_wide_as_it_is(int seeds)
    {
        var plots = Written(Comparison(seeds)).QuerySelectorAll("figure svg");
        Assert.That(plots.Length, Is.EqualTo(3));
        foreach (var plot in plots)
        {
            Assert.That(plot.GetAttribute("viewBox"), Does.Match(@"^0 0 \d+ \d+$"));
            Assert.That(plot.HasAttribute("width"), Is.False);
            Assert.That(plot.NamespaceUri, Is.EqualTo("http://www.w3.org/2000/svg"));
            Assert.That(plot.TextContent, Does.Contain("triangular").And.Contain("iteration"));
        }
    }

    [Test]
    public void All_text_is_text()
    {
        var page = Written(Comparison(1));
        Assert.That(page.Title, Does.StartWith("cifar10_quick on tiny <b>& \"co\"</b>"));
        Assert.That(page.QuerySelector("h1")!.Children, Is.Empty);
        Assert.That(page.QuerySelector("pre code")!.TextContent, Is.EqualTo(Setting.Command));
        Assert.That(page.QuerySelector("h1 + p")!.TextContent, Does.Contain("2 <i>cores</i>").And.Contain("2026-01-02 03:04"));
        Assert.That(page.QuerySelectorAll("b, i"), Is.Empty);
    }

    [Test]
    public void Tables_have_a_cell_for_every_column_and_the_numbers_of_the_comparison()
    {
        var page = Written(Comparison(3));
        var headings = page.QuerySelectorAll("h2").Select(heading => heading.TextContent);
        Assert.That(headings, Is.EqualTo((string[])
            ["Result", "Curves", "Accuracy at equal iterations", "Iterations to equal accuracy", "More than chance?", "Every run", "Runs", "Configuration", "Versions and device", "Make it again", "Files"]));
        foreach (var table in page.QuerySelectorAll("table").Cast<IHtmlTableElement>())
            Assert.That(table.Rows.Select(row => row.Cells.Length).Distinct().Count(), Is.EqualTo(1));
        Assert.That(RowOf(page, "Result", "triangular")[..4], Is.EqualTo((string[])["triangular", "65.00 ± 10.00 %", "+5.00", "65.00 ± 10.00 %"]));
        Assert.That(RowOf(page, "Accuracy at equal iterations", "100"), Is.EqualTo((string[])["100", "40.00 ± 10.00 %", "50.00 ± 10.00 %"]));
        Assert.That(RowOf(page, "Iterations to equal accuracy", "triangular"), Is.EqualTo((string[])["triangular", "200 ± 0", "100 %", "3 of 3"]));
        Assert.That(RowOf(page, "Every run", "triangular"), Is.EqualTo((string[])["triangular", "1", "55.00 %", "55.00 % at 200", "200", "0:09"]));
        Assert.That(RowOf(page, "Configuration", "batch"), Is.EqualTo((string[])["batch", "100"]));
        Assert.That(page.QuerySelector(".verdict")!.TextContent, Does.Contain("seeds"));
    }

    [Test]
    public void One_seed_has_no_tests_and_a_run_that_diverged_is_named_so()
    {
        var (good, bad) = (Comparison(1).Runs[0], Comparison(1).Runs[1]);
        var page = Written(new(Recipe, [good, bad with { Result = bad.Result with { Outcome = RunOutcome.Diverged, Divergence = new(200, 199, 1, double.NaN) } }]));
        Assert.That(page.QuerySelectorAll("h2").Select(heading => heading.TextContent), Does.Not.Contain("More than chance?").And.Not.Contain("Every run"));
        Assert.That(page.QuerySelector(".verdict")!.TextContent, Does.StartWith("triangular diverged."));
        Assert.That(page.Body!.TextContent, Does.Contain("triangular (diverged)").And.Not.Contain("NaN"));
    }

    [Test]
    public void The_summary_is_a_row_for_each_variant_unrounded()
    {
        Written(Comparison(3));
        string[][] rows = [.. File.ReadAllLines(folder.At("summary.csv")).Select(Cells)];
        Assert.That(rows.Select(row => row.Length).Distinct().Count(), Is.EqualTo(1));
        var triangular = rows[0].Zip(rows[2]).ToDictionary(cell => cell.First, cell => cell.Second);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(triangular["policy"], Is.EqualTo("triangular:base=0.001,max=0.002,step=100"));
            Assert.That(double.Parse(triangular["last_accuracy"]), Is.EqualTo(0.65).Within(1e-12));
            Assert.That(double.Parse(triangular["last_accuracy_sd"]), Is.EqualTo(0.1).Within(1e-12));
            Assert.That(double.Parse(triangular["accuracy_at_100"]), Is.EqualTo(0.5).Within(1e-12));
            Assert.That(triangular["seeds_that_reached_reference"], Is.EqualTo("3"));
            Assert.That(rows[0].Zip(rows[1]).Single(cell => cell.First == "p").Second, Is.Empty, "of the reference");
        }
    }

    private static ComparisonResult Comparison(int seeds) => new(Recipe,
    [
        .. from seed in Enumerable.Range(1, seeds)
           from run in new[] { Run("fixed", new FixedPolicy(0.001), seed, (0.1 * seed) + 0.2, (0.1 * seed) + 0.4), Run("triangular", new TriangularPolicy(0.001, 0.002, 100), seed, (0.1 * seed) + 0.3, (0.1 * seed) + 0.45) }
           select run,
    ]);

    private static RunRecord Run(string name, LearningRatePolicy policy, int seed, params double[] accuracies) => new(
        name,
        Recipe.Training with { Policy = policy, Iterations = 200, Seed = (ulong)seed },
        new(RunOutcome.Completed, 200, [.. accuracies.Select((accuracy, i) => new EvaluationRecord(100 * (i + 1), 1, accuracy, 1))], [new(0.5, 2.3), new(99.5, 1.1)], TimeSpan.FromSeconds(9), 321));

    private IHtmlDocument Written(ComparisonResult comparison)
    {
        using var output = RunFolder.Create(folder.Root);
        output.Begin(new Comparison(Recipe, [new(new FixedPolicy(0.001))]), Setting);
        output.Write(Setting, comparison);
        return new HtmlParser().ParseDocument(File.ReadAllText(folder.At("report.html")));
    }

    private static string[] RowOf(IHtmlDocument page, string heading, string name)
    {
        var section = page.QuerySelectorAll("section").Single(part => part.QuerySelector("h2")!.TextContent == heading);
        return [.. section.QuerySelectorAll("tbody tr").First(row => row.FirstElementChild!.TextContent == name).Children.Select(cell => cell.TextContent)];
    }

    private static string[] Cells(string line) => [.. Regex.Matches(line, "(?<=^|,)(?:\"([^\"]*)\"|([^,\"]*))(?=,|$)").Select(cell => cell.Groups[1].Value + cell.Groups[2].Value)];
}
