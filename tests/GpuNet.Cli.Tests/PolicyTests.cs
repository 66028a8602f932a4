using System.Text.RegularExpressions;
using GpuNet.Cli.Output;
using GpuNet.Training.LearningRates;

namespace GpuNet.Cli.Tests;

/// <summary>Policies, listed and shown.</summary>
public sealed class PolicyTests
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("gpunet-policy-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void List_has_every_policy_with_an_example()
    {
        var result = Gpunet.Run("policy", "list");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success));
        foreach (var form in PolicyText.Forms)
            Assert.That(result.Output, Does.Contain($"  {form.Example}\n").And.Contain(form.Meaning));
    }

    [Test]
    public void Show_counts_cycles_and_epochs_and_names_the_last_rate()
    {
        var result = Gpunet.Run("policy", "show", "triangular2:base=0.001,max=0.005,step=2000", "--iterations", "8000");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(Words(RowOf(result, "triangular2")), Is.EqualTo("triangular2 0 to 8000 16 2 2000 4 0.001 to 0.005 0.001001"));
            Assert.That(result.Output, Does.Contain("Last rate: 0.001001, of iteration 7999. The run ends at a cycle's end."));
            Assert.That(result.Output, Does.Contain("8000 iterations, 16 epochs").And.Contain("█").And.Not.Contain("epochs is good"));
            Assert.That(result.Error, Is.Empty);
        }
    }

    [Test]
    public void Show_counts_epochs_of_the_images_and_the_batch_and_warns_of_an_end_inside_a_cycle()
    {
        var result = Gpunet.Run("policy", "show", "triangular:base=0.001,max=0.005,step=50,down=150", "--iterations", "300", "--images", "1000", "--batch", "10");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(Words(RowOf(result, "triangular")), Is.EqualTo("triangular 0 to 300 3 1.5 50 + 150 0.5 + 1.5 0.001 to 0.005 0.003693"));
            Assert.That(result.Output, Does.Contain("The run does not end at a cycle's end.").And.Contain("A step size of 2 to 10 epochs is good."));
            Assert.That(result.ErrorLines, Is.EqualTo((string[])["warning: triangular: 300 iterations stop inside a cycle of 200; accuracy is best at a cycle's end, such as 200 or 400."]));
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void Every_policy_is_shown_over_a_length_of_its_own(string policy)
    {
        var result = Gpunet.Run("policy", "show", policy);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Output, Does.StartWith(policy).And.Contain("Last rate: "));
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public void Stages_have_a_row_each()
    {
        var result = Gpunet.Run("policy", "show", "warmup:base=0.0001,max=0.001,step=500/triangular:base=0.001,max=0.006,step=2000@500");
        Assert.That(Words(RowOf(result, "warmup")), Is.EqualTo("warmup 0 to 500 1 - - - 0.0001 to 0.000998 0.000998"));
        Assert.That(Words(RowOf(result, "triangular")), Does.StartWith("triangular 500 to 12500 24 3 2000 4 "));
    }

    [TestCase("png")]
    [TestCase("svg")]
    [TestCase("csv")]
    public void Show_writes_a_file(string extension)
    {
        string file = Path.Combine(folder, $"rate.{extension}");
        var result = Gpunet.Run("policy", "show", "fixed:rate=0.01", "--out", file);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(new FileInfo(file).Length, Is.Positive);
        Assert.That(result.ErrorLines, Is.EqualTo((string[])[$"Written: {file}."]));
    }

    [TestCase("trianglar:base=0.001", "Did you mean 'triangular'?")]
    [TestCase("fixed:rate=0.1 --iterations 0", "iterations is 0")]
    [TestCase("fixed:rate=0.1 --iterations 1000000001", "at most 1000000000")]
    [TestCase("fixed:rate=0.1 --images 0", "--images is 0")]
    [TestCase("fixed:rate=0.1 --batch -1", "--batch is -1")]
    [TestCase("fixed:rate=0.1 --out rate.gif", "--out is 'rate.gif'; its name must end in .png or .svg")]
    [TestCase("", "show")]
    [TestCase("fixed:rate=0.1 fixed:rate=0.2", "'fixed:rate=0.2'")]
    public void Bad_input_is_refused_in_one_line(string arguments, string part)
    {
        var result = Gpunet.Run(["policy", "show", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(result.ErrorLines[0], Does.StartWith("error:").And.Contain(part));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void A_file_that_cannot_be_written_is_an_output_error()
    {
        var result = Gpunet.Run("policy", "show", "fixed:rate=0.1", "--out", Path.Combine(folder, "none", "rate.png"));
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
    }

    [Test]
    public void A_chart_is_as_high_as_its_values()
    {
        Assert.That(Chart.Sparkline([0, 1, 2, 7]), Is.EqualTo("▁▂▃█"));
        Assert.That(Chart.Sparkline([3, 3]), Is.EqualTo("▁▁"));
        Assert.That(Chart.Lines([0, 7, 8, 15], 0, 15, 2), Is.EqualTo((string[])["  ▁█", "▁███"]));
    }

    private static IEnumerable<string> Examples() => PolicyText.Forms.Select(form => form.Example);

    private static string RowOf(CommandResult result, string stage) => result.Output.Split('\n').Single(line => line.StartsWith($"  {stage} ", StringComparison.Ordinal));

    private static string Words(string row) => Regex.Replace(row.Trim(), @"\s+", " ");
}
