using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>What a run would be, without one.</summary>
public sealed class DryRunTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Train_shows_settings_memory_cycles_and_time_and_writes_nothing()
    {
        string[] before = Directory.GetFileSystemEntries(folder.Root);
        var result = Dry("train", "--iterations", "50", "--policy", "triangular:base=0.001,max=0.003,step=10", "--test-interval", "10", "--momentum", "0.8");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Contain("Dry run of cifar10_quick on idx, device cpu"));
            Assert.That(result.Output, Does.Match(@"(?m)^  iterations +50 ").And.Match(@"(?m)^  optimizer +sgd:momentum=0.8,form=caffe ").And.Match(@"(?m)^  train images +40 "));
            Assert.That(result.Output, Does.Match(@"(?m)^Memory of a run: \d+\.\d MB: parameters "));
            // 40 images by 8: 5 iterations an epoch.
            Assert.That(result.Output, Does.Match(@"(?m)^  triangular +0 to 50 +10 +2.5 +10 +2 +0.001 to 0.003 +0.0028 "));
            Assert.That(result.Output, Does.Match(@"(?m)^Time of the run: about \d+:\d\d, for 50 iterations of [\d.]+ m?s and 6 evaluations of [\d.]+ m?s\.$"));
            Assert.That(result.ErrorLines, Has.One.EqualTo("warning: triangular: 50 iterations stop inside a cycle of 20; accuracy is best at a cycle's end, such as 40 or 60."));
            Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.EqualTo(before));
        }
    }

    [Test]
    public void Train_auto_counts_the_range_test_too()
    {
        var result = Dry("train", "--iterations", "50", "--policy", "auto");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        // 8 epochs of 5 iterations, each of which is evaluated.
        Assert.That(result.Output, Does.Contain("Policy: auto").And.Match(@"Time of the range test: about .* for 40 iterations of .* and 41 evaluations").And.Match("Time of the run: about .* for 50 iterations"));
    }

    [Test]
    public void Of_a_run_that_goes_on_the_rest_is_shown()
    {
        string[] line = ["--iterations", "8", "--policy", "fixed:rate=0.001", "--test-interval", "2", "--checkpoint-interval", "2"];
        Assert.That((ExitCode)Gpunet.Run(["train", .. folder.Options, .. line]).Code, Is.EqualTo(ExitCode.Success));
        var before = Directory.GetFiles(folder.Out).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        line[1] = "20";
        var result = Dry("train", [.. line, "--resume", "auto"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        // Evaluations after 0, 2, 4, 6 and 8 are made, those after 10 to 20 are not.
        Assert.That(result.Output, Does.Match(@"Time of the rest of the run, from .*: about .* for 12 iterations of .* and 6 evaluations of"));
        Assert.That(Directory.GetFiles(folder.Out).ToDictionary(file => file, File.GetLastWriteTimeUtc), Is.EqualTo(before));
    }

    [Test]
    public void Find_lr_shows_its_sweep()
    {
        var result = Dry("find-lr", "--iterations", "20", "--max-rate", "0.5");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Output, Does.Contain("Sweep: triangular:base=0,max=0.5,step=20").And.Match("Time of the range test: about .* for 20 iterations of .* and 21 evaluations"));
        Assert.That(folder.Out, Does.Not.Exist);
    }

    [Test]
    public void Compare_has_a_row_for_each_run_and_the_sum()
    {
        var result = Dry("compare", "--iterations", "12", "--seeds", "2", "--run", "sgd:momentum=0.5/triangular:base=0.001,max=0.002,step=4", "--policy", "fixed:rate=0.001");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Match(@"(?m)^  fixed +12 +2.4 +- +- +- +0.001 +2 +\d+:\d\d "));
            Assert.That(result.Output, Does.Match(@"(?m)^  sgd-triangular +12 +2.4 +1.5 +0.8 +no +0.00175 +2 +\d+:\d\d "));
            Assert.That(result.Output, Does.Match(@"(?m)^Time of all: about \d+:\d\d, for 4 of 4 runs\.$"));
            Assert.That(result.ErrorLines, Has.One.StartsWith("warning: triangular: 12 iterations stop inside a cycle of 8"));
            Assert.That(folder.Out, Does.Not.Exist);
        }
    }

    [Test]
    public void Compare_counts_only_the_runs_that_are_left()
    {
        string[] line = ["--iterations", "4", "--policy", "fixed:rate=0.001", "--policy", "fixed:rate=0.002"];
        Assert.That((ExitCode)Gpunet.Run(["compare", .. folder.Options, .. line]).Code, Is.EqualTo(ExitCode.Success));
        File.Delete(Path.Combine(folder.Out, "fixed-2", RunFolder.RunFile));
        var before = Directory.GetFiles(folder.Out, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        var result = Dry("compare", [.. line, "--resume"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Output, Does.Contain("for 1 of 2 runs; the others are finished."));
        Assert.That(Directory.GetFiles(folder.Out, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc), Is.EqualTo(before));
        var other = Dry("compare", "--iterations", "6", "--policy", "fixed:rate=0.001", "--resume");
        Assert.That((ExitCode)other.Code, Is.EqualTo(ExitCode.Usage), other.Output);
    }

    [TestCase("train")]
    [TestCase("compare")]
    [TestCase("find-lr")]
    public void A_folder_that_is_taken_is_refused(string command)
    {
        Directory.CreateDirectory(folder.Out);
        File.WriteAllText(Path.Combine(folder.Out, RunFolder.RunFile), "{}");
        var result = Dry(command, "--iterations", "12");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output));
        Assert.That(result.ErrorLines[^1], Does.StartWith("error:").And.Contain("run.json"));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void Of_pictures_the_mean_image_is_not_read()
    {
        using var pictures = new TinyPictures();
        string[] line = ["train", .. pictures.Options, "--iterations", "4", "--mean", "image"];
        var dry = Gpunet.Run([.. line, "--dry-run"]);
        Assert.That((ExitCode)dry.Code, Is.EqualTo(ExitCode.Success), dry.Error);
        Assert.That(dry.Output, Does.Match(@"(?m)^  mean +image "));
        Assert.That(dry.Error, Does.Not.Contain("Mean image"));
        Assert.That(pictures.Out, Does.Not.Exist);
    }

    private CommandResult Dry(string command, params string[] args) => Gpunet.Run([command, .. folder.Options, .. args, "--dry-run"]);
}
