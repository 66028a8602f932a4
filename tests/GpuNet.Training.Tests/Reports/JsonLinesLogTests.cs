using System.Globalization;
using System.Text.Json;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>JSON lines.</summary>
public sealed class JsonLinesLogTests
{
    private static readonly TrainingOptions Options = new(PolicyText.Parse("multistep:base=0.1,gamma=0.1,at=60+65"), 1200, new OptimizerOptions(OptimizerKind.Sgd, 0.9)) { Seed = ulong.MaxValue };

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Each_line_is_an_object_of_a_type_whatever_the_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            using var log = new JsonLinesLog(folder.Root);
            log.OnStart(Options);
            log.OnIteration(new(0, 0.001, 0.9, 2.302585, 4000.26, TimeSpan.FromSeconds(0.0254)));
            log.OnIteration(new(1, 1e-7, 0.85, double.PositiveInfinity, 0, TimeSpan.FromSeconds(1234.5)));
            log.OnEvaluation(new(500, 0.25, 0.7533, 0.98));
            log.OnEnd(new(RunOutcome.Diverged, 2, [], [], TimeSpan.FromSeconds(9.5), 321, new Divergence(1, 0, 1e-7, double.PositiveInfinity)) { TenCrop = new(2, 0.5, 0.8, 0.9) });
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        string[] lines = Lines();
        Assert.That(lines[0], Does.StartWith("{\"type\":\"start\",\"iteration\":0,\"time\":\"20").And.EndsWith("\",\"policy\":\"multistep:base=0.1,gamma=0.1,at=60+65\",\"optimizer\":\"sgd:momentum=0.9,form=caffe\",\"iterations\":1200,\"seed\":18446744073709551615}"));
        Assert.That(lines[1], Is.EqualTo("{\"type\":\"iteration\",\"iteration\":0,\"rate\":0.001,\"momentum\":0.9,\"loss\":2.302585,\"imagesPerSecond\":4000.3,\"elapsedSeconds\":0.025}"));
        Assert.That(lines[2], Is.EqualTo("{\"type\":\"iteration\",\"iteration\":1,\"rate\":1E-07,\"momentum\":0.85,\"loss\":\"Infinity\",\"imagesPerSecond\":0,\"elapsedSeconds\":1234.5}"));
        Assert.That(lines[3], Is.EqualTo("{\"type\":\"evaluation\",\"iteration\":500,\"loss\":0.25,\"accuracy\":0.7533,\"top5Accuracy\":0.98}"));
        Assert.That(lines[4], Does.Match("""^{"type":"end","iteration":2,"time":"[^"]+","outcome":"Diverged","imagesPerSecond":321,"elapsedSeconds":9.5,""")
            .And.EndsWith("""
                "tenCrop":{"loss":0.5,"accuracy":0.8,"top5Accuracy":0.9},"divergence":{"iteration":1,"lastFiniteIteration":0,"rate":1E-07,"loss":"Infinity"}}
                """));
        Assert.That(lines.Select(TypeOf), Is.EqualTo((string[])["start", "iteration", "iteration", "evaluation", "end"]));
    }

    [Test]
    public void A_run_that_is_continued_goes_on_in_the_same_file_without_what_came_after()
    {
        using (var log = new JsonLinesLog(folder.Root))
        {
            log.OnStart(Options);
            for (int i = 0; i < 20; i++)
            {
                if (i % 4 == 0)
                    log.OnEvaluation(new(i, 1, 0.5, 0.9));
                log.OnIteration(new(i, 0.1, 0.9, i, 1, TimeSpan.Zero));
            }

            log.OnEnd(new(RunOutcome.Cancelled, 20, [], [], TimeSpan.Zero, 1));
        }

        using (var log = new JsonLinesLog(folder.Root, from: Tiny.Progress(12)))
        {
            log.OnStart(Options);
            log.OnIteration(new(12, 0.1, 0.9, 99, 1, TimeSpan.Zero));
        }

        var read = Lines().Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("type").GetString(), line.GetProperty("iteration").GetInt64()));
        Assert.That(read, Is.EqualTo((IEnumerable<(string?, long)>)[("start", 0), .. Four(0), .. Four(4), .. Four(8), ("evaluation", 12), ("start", 12), ("iteration", 12)]));

        static IEnumerable<(string?, long)> Four(int from) => [("evaluation", from), .. Enumerable.Range(from, 4).Select(i => ("iteration", (long)i))];
    }

    [Test]
    public void A_run_that_stops_again_where_it_went_on_keeps_the_evaluation_made_there()
    {
        using (var log = new JsonLinesLog(folder.Root, from: Tiny.Progress(12) with { Evaluations = [] }))
        {
            log.OnStart(Options);
            log.OnEvaluation(new(12, 1, 0.6, 0.9));
            log.OnEnd(new(RunOutcome.Cancelled, 12, [], [], TimeSpan.Zero, 1));
        }

        using (var log = new JsonLinesLog(folder.Root, from: Tiny.Progress(12)))
            log.OnStart(Options);
        Assert.That(Lines().Select(TypeOf), Is.EqualTo((string[])["start", "evaluation", "end", "start"]));
    }

    [Test]
    public void A_disk_that_is_full_is_an_output_error()
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("this system has no device that is always full.");
        File.CreateSymbolicLink(folder.At(JsonLinesLog.FileName), "/dev/full");
        using var log = new JsonLinesLog(folder.Root);
        Assert.That(() => log.OnStart(Options), Throws.TypeOf<OutputException>().With.Message.Contains(JsonLinesLog.FileName).And.Message.Contains("any further"));
    }

    private string[] Lines() => File.ReadAllLines(folder.At(JsonLinesLog.FileName));

    private static string? TypeOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("type").GetString();
    }
}
