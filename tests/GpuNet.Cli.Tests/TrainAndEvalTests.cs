using System.Globalization;
using System.Text.Json;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>A short run from the command line, and the evaluation of its weights.</summary>
public sealed class TrainAndEvalTests
{
    private static readonly string[] RunFiles =
        ["accuracy.png", "accuracy.svg", CheckpointFolder.BestFile, CheckpointFolder.PreviousFile, CheckpointFolder.LatestFile, CsvLog.EvaluationsFile, CsvLog.IterationsFile, JsonLinesLog.FileName, TinyData.Events, "loss.png", "loss.svg", "rate.png", "rate.svg", RunFolder.RunFile, RunFolder.WeightsFile];

    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Train_writes_a_whole_run_folder_and_names_it_on_standard_output()
    {
        var result = Train("--iterations", "6", "--policy", "triangular:base=0.001,max=0.003,step=3", "--test-interval", "3", "--seed", "7");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Contain("triangular:base=0.001,max=0.003,step=3").And.Contain($"Run folder: {folder.Out}"));
            Assert.That(result.Error, Does.Contain("Data: idx, 40 training and 20 test images of 1×12×12, 4 classes.").And.Contain("Device: cpu"));
            Assert.That(folder.OutFiles, Is.EquivalentTo(RunFiles));
            Assert.That(File.ReadAllLines(Path.Combine(folder.Out, CsvLog.IterationsFile)), Has.Length.EqualTo(1 + 6));
            // A start, an end, and evaluations after 0, 3 and 6.
            Assert.That(File.ReadAllLines(Path.Combine(folder.Out, JsonLinesLog.FileName)), Has.Length.EqualTo(1 + 6 + 3 + 1));
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = json.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("seed").GetInt32(), Is.EqualTo(7));
        Assert.That(configuration.GetProperty("batch").GetInt32(), Is.EqualTo(8));
    }

    [Test]
    public void Eval_takes_model_and_data_set_from_the_weights_and_finds_the_accuracy_that_training_ended_with()
    {
        Train("--iterations", "4", "--test-interval", "0");
        string[] last = File.ReadAllLines(Path.Combine(folder.Out, CsvLog.EvaluationsFile))[^1].Split(',');
        string accuracy = (100 * double.Parse(last[2], CultureInfo.InvariantCulture)).ToString("F2", CultureInfo.InvariantCulture);
        string loss = double.Parse(last[1], CultureInfo.InvariantCulture).ToString("F4", CultureInfo.InvariantCulture);

        // Another batch, whose last one is partial.
        var result = Gpunet.Run("eval", "--weights", Path.Combine(folder.Out, RunFolder.WeightsFile), "--data", folder.Data, "--device", "cpu", "--batch", "7");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
            Assert.That(result.Output, Does.Contain("cifar10_quick").And.Contain("idx").And.Contain($"{accuracy} %").And.Contain(loss));
        }
    }

    [Test]
    public void Eval_takes_the_crop_from_the_weights()
    {
        var trained = Train("--iterations", "4", "--test-interval", "0", "--crop", "9", "--mirror");
        Assert.That((ExitCode)trained.Code, Is.EqualTo(ExitCode.Success), trained.Error);
        string loss = double.Parse(File.ReadAllLines(Path.Combine(folder.Out, CsvLog.EvaluationsFile))[^1].Split(',')[1], CultureInfo.InvariantCulture).ToString("F4", CultureInfo.InvariantCulture);
        string[] eval = ["eval", "--weights", Path.Combine(folder.Out, RunFolder.WeightsFile), "--data", folder.Data, "--device", "cpu"];
        var result = Gpunet.Run(eval);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Output, Does.Contain(loss));
        result = Gpunet.Run([.. eval, "--crop", "13"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage), result.Error);
        Assert.That(result.Error, Does.Contain("the crop is 13").And.Contain("(--crop)"));
        using var large = new TinyData(size: 28);
        result = Gpunet.Run([.. eval.Select(option => option == folder.Data ? large.Data : option), "--crop", "28"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data), result.Error);
        Assert.That(result.Error, Does.Contain("trained with a crop of 9").And.Contain("--crop asks for 28").And.Contain("leave it out"));

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = json.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("crop").GetInt32(), Is.EqualTo(9));
        Assert.That(configuration.GetProperty("mirror").GetBoolean(), Is.True);
    }

    [Test]
    public void Ten_crops_end_a_run_and_are_what_eval_finds_again()
    {
        var trained = Train("--iterations", "4", "--test-interval", "2", "--crop", "9", "--iter-size", "2", "--clip-gradients", "5", "--ten-crop");
        Assert.That((ExitCode)trained.Code, Is.EqualTo(ExitCode.Success), trained.Error);
        Assert.That(trained.Output, Does.Contain("Ten crops").And.Contain("Ten crops, top 5"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = json.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("iterationSize").GetInt32(), Is.EqualTo(2));
        Assert.That(configuration.GetProperty("clipGradients").GetDouble(), Is.EqualTo(5));
        Assert.That(configuration.GetProperty("tenCrop").GetBoolean(), Is.True);
        var result = json.RootElement.GetProperty("result");
        Assert.That(result.GetProperty("iterations").GetInt32(), Is.EqualTo(4));
        double loss = result.GetProperty("tenCrop").GetProperty("loss").GetDouble();
        var eval = Gpunet.Run("eval", "--weights", Path.Combine(folder.Out, RunFolder.WeightsFile), "--data", folder.Data, "--device", "cpu", "--ten-crop", "--batch", "7");
        Assert.That((ExitCode)eval.Code, Is.EqualTo(ExitCode.Success), eval.Error);
        Assert.That(eval.Output, Does.Contain(loss.ToString("F4", CultureInfo.InvariantCulture)).And.Contain("Top-1 accuracy of ten crops"));
    }

    [TestCase("Images: read in place, as bytes in host memory: 0.0 MB.")]
    [TestCase("Images: streamed as bytes (0.0 MB in all): 0.0 MB of page-locked host memory, 0.0 MB on the device.", "--feed", "streamed")]
    public void Train_says_how_images_get_to_the_device(string line, params string[] options)
    {
        var result = Train(["--iterations", "2", "--test-interval", "0", .. options]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines, Does.Contain(line));
    }

    [TestCase]
    [TestCase("--iter-size", "2")]
    public void Train_says_what_memory_the_run_takes(params string[] options)
    {
        var result = Train(["--iterations", "1", "--test-interval", "0", .. options]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        string line = result.ErrorLines.Single(line => line.StartsWith("Memory of the run: ", StringComparison.Ordinal));
        Assert.That(line, Does.Contain(" MB: parameters 0.").And.Contain(", optimizer state 0.").And.Contain(", images 0.0."));
        Assert.That(line.Contains("sums of gradients", StringComparison.Ordinal), Is.EqualTo(options.Length > 0));
    }

    [TestCase(true, "in conv2")]
    [TestCase(false, "in place", "--no-fusion", "--no-winograd")]
    public void The_network_is_made_as_asked_for(bool fused, string relu, params string[] options)
    {
        var result = Train(["--iterations", "1", "--test-interval", "0", .. options]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines.Single(line => line.StartsWith("relu2 ", StringComparison.Ordinal)), Does.EndWith(relu));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = json.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("fusion").GetBoolean(), Is.EqualTo(fused));
        Assert.That(configuration.GetProperty("winograd").GetBoolean(), Is.EqualTo(fused));
        result = Gpunet.Run(["eval", "--weights", Path.Combine(folder.Out, RunFolder.WeightsFile), "--data", folder.Data, "--device", "cpu", .. options]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
    }

    [Test]
    public void The_weights_of_another_model_are_refused()
    {
        Train("--iterations", "1", "--test-interval", "0");
        var result = Gpunet.Run("eval", "--weights", Path.Combine(folder.Out, RunFolder.WeightsFile), "--model", "cifar10_full", "--dataset", "idx", "--data", folder.Data, "--device", "cpu");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data), result.Error);
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1));
    }

    [Test]
    public void A_run_folder_is_not_overwritten()
    {
        Train("--iterations", "1", "--test-interval", "0");
        byte[] before = File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile));
        var result = Train("--iterations", "1", "--test-interval", "0");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output), result.Error);
        Assert.That(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)), Is.EqualTo(before));
    }

    [Test]
    public void A_loss_that_is_not_finite_stops_the_run_and_keeps_its_log_but_no_weights()
    {
        var result = Train("--iterations", "50", "--policy", "fixed:rate=1e30");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Diverged), result.Error);
            Assert.That(result.ErrorLines[^1], Does.StartWith("error: fixed: the loss was ").And.Contain("at iteration").And.Contain("rate 1E+30"));
            Assert.That(Path.Combine(folder.Out, RunFolder.RunFile), Does.Exist);
            Assert.That(Path.Combine(folder.Out, RunFolder.WeightsFile), Does.Not.Exist);
            Assert.That(File.ReadAllLines(Path.Combine(folder.Out, CsvLog.IterationsFile)), Has.Length.InRange(2, 50));
        }
    }

    [Test]
    public void A_rate_that_leaves_every_scale_diverges_with_all_its_plots()
    {
        var result = Train("--iterations", "5", "--policy", "multistep:base=1e30,gamma=0.001,at=1");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Diverged), result.Error);
        Assert.That(folder.OutFiles, Is.EquivalentTo(RunFiles.Except([RunFolder.WeightsFile, CheckpointFolder.PreviousFile])));
    }

    [TestCase("train")]
    [TestCase("compare")]
    public void A_divergence_is_reported_even_if_the_plots_cannot_be_written(string command)
    {
        Directory.CreateDirectory(Path.Combine(folder.Out, "rate.png"));
        var result = Gpunet.Run([command, .. folder.Options, "--iterations", "5", "--policy", "fixed:rate=1e30"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Output), result.Error);
        Assert.That(result.ErrorLines[^2], Does.StartWith("error: fixed: the loss was "));
        Assert.That(result.ErrorLines[^1], Does.StartWith("error: ").And.Contain("rate.png"));
    }

    [Test]
    public void A_recipe_and_a_model_that_contradict_are_refused()
    {
        var result = Train("--recipe", "cifar10_full_triangular2", "--model", "cifar10_quick");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("cifar10_full_triangular2").And.Contain("--model"));
    }

    private CommandResult Train(params string[] args) => Gpunet.Run(["train", .. folder.Options, .. args]);
}
