using GpuNet.Kernels.Devices;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>Checkpoints from the command line: what is written when, what a run goes on from, and what is refused.</summary>
public sealed class ResumeTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("sgd")]
    [TestCase("nesterov")]
    [TestCase("adam")]
    [TestCase("rmsprop")]
    [TestCase("adagrad")]
    [TestCase("adadelta")]
    public void A_run_that_goes_on_leaves_what_the_unbroken_one_leaves(string optimizer)
    {
        string[] line = ["--optimizer", optimizer, "--test-interval", "4"];
        Good(folder.Out, ["--iterations", "12", .. line]);
        string broken = folder.At("broken");
        Good(broken, ["--iterations", "8", .. line]);
        Assert.That(Files(broken), Does.Contain(CheckpointFolder.LatestFile).And.Contain(CheckpointFolder.BestFile).And.Contain(CheckpointFolder.PreviousFile));
        var result = Good(broken, ["--iterations", "12", .. line, "--resume", "auto"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Error, Does.Contain($"Resumed from {Path.Combine(broken, CheckpointFolder.LatestFile)} after 8 of 12 iterations."));
            Assert.That(Weights(broken), Is.EqualTo(Weights(folder.Out)));
            Assert.That(Rows(broken), Is.EqualTo(Rows(folder.Out)));
            Assert.That(Evaluations(broken), Is.EqualTo(Evaluations(folder.Out)));
            // TensorBoard has another file for each part.
            Assert.That(Files(broken).Distinct(), Is.EquivalentTo(Files(folder.Out)));
        }
    }

    [Test]
    public void Auto_begins_where_there_is_nothing_and_may_be_repeated_at_the_end()
    {
        string[] line = ["--iterations", "6", "--resume", "auto"];
        Assert.That(Good(folder.Out, line).Error, Does.Not.Contain("Resumed"));
        byte[] weights = Weights(folder.Out);
        var (rows, evaluations) = (Rows(folder.Out), Evaluations(folder.Out));
        Assert.That(Good(folder.Out, line).Error, Does.Contain("after 6 of 6 iterations"));
        Assert.That(Weights(folder.Out), Is.EqualTo(weights));
        Assert.That(Rows(folder.Out), Is.EqualTo(rows));
        Assert.That(Evaluations(folder.Out), Is.EqualTo(evaluations));
    }

    [Test]
    public void A_damaged_latest_is_warned_of_and_the_one_before_taken_whose_rows_are_kept()
    {
        Good(folder.Out, "--iterations", "12", "--checkpoint-interval", "5", "--test-interval", "0");
        byte[] weights = Weights(folder.Out);
        string[] rows = Rows(folder.Out);
        File.AppendAllText(Path.Combine(folder.Out, CsvLog.IterationsFile), "12,0.001,2.");
        foreach (string file in (string[])[CheckpointFolder.LatestFile, CheckpointFolder.BestFile])
            Damage(Path.Combine(folder.Out, file));
        var result = Good(folder.Out, "--iterations", "12", "--checkpoint-interval", "5", "--test-interval", "0", "--resume", "auto");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Error, Does.Contain($"warning: checkpoint '{Path.Combine(folder.Out, CheckpointFolder.LatestFile)}' is damaged").And.Contain("after 10 of 12"));
            Assert.That(Weights(folder.Out), Is.EqualTo(weights));
            Assert.That(Rows(folder.Out), Is.EqualTo(rows));
        }
    }

    [Test]
    public void Checkpoints_that_are_all_damaged_are_an_error_and_stay()
    {
        Good(folder.Out, "--iterations", "2");
        string[] files = Directory.GetFiles(folder.Out, "checkpoint*");
        foreach (string file in files)
            Damage(file);
        var result = Train(folder.Out, "--iterations", "4", "--resume", "auto");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data), result.Error);
        Assert.That(result.ErrorLines[^1], Does.StartWith("error: none of the checkpoints in "));
        Assert.That(Directory.GetFiles(folder.Out, "checkpoint*"), Is.EquivalentTo(files));
    }

    [Test]
    public void A_checkpoint_may_be_the_beginning_of_another_run_folder()
    {
        Good(folder.Out, "--iterations", "12", "--checkpoint-interval", "5", "--keep-checkpoints");
        string early = Path.Combine(folder.Out, "checkpoint-5.safetensors"), other = folder.At("other");
        Good(other, "--iterations", "12", "--resume", early);
        Assert.That(Weights(other), Is.EqualTo(Weights(folder.Out)));
        Assert.That(Rows(other), Is.EqualTo(Rows(folder.Out)[5..]));
        // In its own folder two histories would be mixed.
        Refused(ExitCode.Usage, Train(folder.Out, "--iterations", "12", "--resume", early), early, "after 12 iterations", "--out");
        Refused(ExitCode.Output, Train(other, "--iterations", "12", "--resume", folder.Out), "is not overwritten");
        // The folder is that of the checkpoint where none is given.
        var result = Gpunet.Run(["train", .. Without(folder.Options, "--out"), "--iterations", "14", "--resume", other]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(Rows(other), Has.Length.EqualTo(9));
    }

    [TestCase("--batch is 9, but was 8", "--batch", "9")]
    [TestCase("--seed is 2, but was 1", "--seed", "2")]
    [TestCase("--policy is fixed:rate=0.1, but was multistep:base=0.001,gamma=0.1,at=4000", "--policy", "fixed:rate=0.1")]
    [TestCase("--crop is 11, but was none", "--crop", "11")]
    [TestCase("--model is cifar10_full, but was cifar10_quick", "--model", "cifar10_full")]
    [TestCase("--iter-size is 2, but was 1; --clip-gradients is 3, but was none", "--iter-size", "2", "--clip-gradients", "3")]
    public void Other_settings_are_refused_with_both_values_and_nothing_changes(string difference, params string[] options)
    {
        Good(folder.Out, "--iterations", "3");
        var before = Snapshot();
        Refused(ExitCode.Usage, Gpunet.Run(["train", .. Without(folder.Options, options), "--iterations", "6", .. options, "--resume", "auto"]), difference, CheckpointFolder.LatestFile);
        Assert.That(Snapshot(), Is.EqualTo(before));
    }

    [Test]
    public void Other_data_are_refused()
    {
        Good(folder.Out, "--iterations", "3");
        string labels = Path.Combine(folder.Data, "train-labels-idx1-ubyte");
        byte[] bytes = File.ReadAllBytes(labels);
        bytes[^1] ^= 1;
        File.WriteAllBytes(labels, bytes);
        Refused(ExitCode.Usage, Train(folder.Out, "--iterations", "6", "--resume", "auto"), "--dataset is 40 training and 20 test images of 4 classes, checksum");
    }

    [Test]
    public void What_cannot_be_resumed_is_refused()
    {
        Refused(ExitCode.Usage, Gpunet.Run(["train", .. Without(folder.Options, "--out"), "--resume", "auto"]), "--resume auto", "--out");
        Refused(ExitCode.Usage, Gpunet.Run(["train", .. Without(folder.Options, "--out"), "--resume"]), "--resume auto", "--out");
        Refused(ExitCode.Data, Train(folder.Out, "--resume", folder.At("none")), folder.At("none"));
        Refused(ExitCode.Data, Train(folder.Out, "--resume", folder.Data), "holds no checkpoint");
        Refused(ExitCode.Usage, Train(folder.Out, "--checkpoint-interval", "-1"), "--checkpoint-interval) is -1");
        Assert.That(Directory.Exists(folder.Out), Is.False);
        Good(folder.Out, "--iterations", "3");
        Refused(ExitCode.Usage, Train(folder.Out, "--iterations", "2", "--resume", "auto"), "3 iterations", "make 2");
    }

    [Test]
    public void A_run_without_checkpoints_writes_none_and_cannot_go_on()
    {
        Good(folder.Out, "--iterations", "3", "--checkpoint-interval", "0");
        Assert.That(Files(folder.Out).Where(file => file.StartsWith("checkpoint", StringComparison.Ordinal)), Is.Empty);
        Refused(ExitCode.Output, Train(folder.Out, "--iterations", "6", "--resume", "auto"), "is not overwritten");
    }

    [Test]
    public void A_checkpoint_is_a_weights_file_for_eval_and_export()
    {
        Good(folder.Out, "--iterations", "4", "--test-interval", "2");
        string best = Path.Combine(folder.Out, CheckpointFolder.BestFile);
        Assert.That((ExitCode)Gpunet.Run("eval", "--weights", best, "--data", folder.Data, "--device", "cpu").Code, Is.EqualTo(ExitCode.Success));
        Assert.That((ExitCode)Gpunet.Run("export", "--weights", best, folder.At("best.onnx")).Code, Is.EqualTo(ExitCode.Success));
    }

    [Test]
    public void The_policy_that_a_range_test_found_is_in_the_checkpoint_and_the_test_is_not_repeated()
    {
        string[] line = ["--policy", "auto", "--momentum-range", "0.95-0.85"];
        var first = Train(folder.Out, ["--iterations", "4", .. line]);
        Assume.That((ExitCode)first.Code, Is.EqualTo(ExitCode.Success), "the range test found no bounds");
        string policy = Checkpoint.Read(Path.Combine(folder.Out, CheckpointFolder.LatestFile)).Policy.ToString();
        var result = Good(folder.Out, ["--iterations", "8", .. line, "--resume", "auto"]);
        Assert.That(result.Error, Does.Not.Contain("range test").IgnoreCase);
        Assert.That(File.ReadAllText(Path.Combine(folder.Out, RunFolder.RunFile)), Does.Contain(policy));
        // A policy of one's own must be that one.
        Refused(ExitCode.Usage, Train(folder.Out, "--iterations", "8", "--policy", "fixed:rate=0.1", "--momentum-range", "0.95-0.85", "--resume", "auto"), "momentum range");
        Refused(ExitCode.Usage, Train(folder.Out, "--iterations", "8", "--policy", "triangular:base=0.1,max=0.2,step=2", "--momentum-range", "0.95-0.85", "--resume", "auto"), $"but was {policy}");
    }

    [Test]
    public void Another_device_is_warned_of()
    {
        Good(folder.Out, "--iterations", "3");
        var result = Good(folder.Out, "--iterations", "5", "--no-winograd", "--resume", "auto");
        Assert.That(result.Error, Does.Contain("warning: until iteration 3 the run was on another device").And.Contain("no Winograd"));
    }

    [Test]
    public void Another_number_of_cores_is_no_other_device()
    {
        string[] line = ["train", .. folder.Options, "--resume", "auto"];
        Assert.That((ExitCode)Gpunet.RunOn(_ => DeviceSession.OpenCpu(1), [.. line, "--iterations", "3"]).Code, Is.EqualTo(ExitCode.Success));
        var result = Gpunet.RunOn(_ => DeviceSession.OpenCpu(2), [.. line, "--iterations", "5"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.Error, Does.Contain("Resumed from").And.Not.Contain("another device"));
    }

    private static void Refused(ExitCode code, CommandResult result, params string[] parts)
    {
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ErrorLines[^1], Does.StartWith("error: "));
        foreach (string part in parts)
            Assert.That(result.ErrorLines[^1], Does.Contain(part));
    }

    private static void Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static string[] Files(string run) => [.. TinyData.FilesIn(run)];

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, RunFolder.WeightsFile));

    // Iteration, rate and loss; the columns behind them are times.
    private static string[] Rows(string run) => [.. File.ReadLines(Path.Combine(run, CsvLog.IterationsFile)).Skip(1).Select(line => string.Join(',', line.Split(',').Take(3)))];

    private static string[] Evaluations(string run) => File.ReadAllLines(Path.Combine(run, CsvLog.EvaluationsFile));

    // Options with their values, but for those named.
    private static string[] Without(string[] options, params string[] names) => [.. options.Chunk(2).Where(pair => !names.Contains(pair[0])).SelectMany(pair => pair)];

    private Dictionary<string, byte[]> Snapshot() => Directory.GetFiles(folder.Out).ToDictionary(file => file, File.ReadAllBytes);

    private CommandResult Train(string run, params string[] args) => Gpunet.Run(["train", .. Without(folder.Options, "--out"), "--out", run, .. args]);

    private CommandResult Good(string run, params string[] args)
    {
        var result = Train(run, args);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        return result;
    }
}
