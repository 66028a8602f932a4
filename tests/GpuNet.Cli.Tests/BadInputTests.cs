using System.Buffers.Binary;
using System.Text;
using GpuNet.Kernels.Devices;
using GpuNet.Testing;

namespace GpuNet.Cli.Tests;

/// <summary>Each kind of bad input: one clear line on standard error, its exit code, and nothing left behind.</summary>
public sealed class BadInputTests
{
    private TinyData folder = null!;

    private static IEnumerable<TestCaseData> Options()
    {
        yield return Case("an unknown policy", ExitCode.Usage, ["--policy", "trianglar:base=1"], "Unknown learning-rate policy 'trianglar'", "'triangular'");
        yield return Case("a malformed policy", ExitCode.Usage, ["--policy", "fixed:rate"], "fixed", "rate");
        yield return Case("a policy with max below base", ExitCode.Usage, ["--policy", "triangular:base=0.5,max=0.1,step=10"], "max=0.1", "base=0.5");
        yield return Case("a policy with step 0", ExitCode.Usage, ["--policy", "triangular2:base=0.1,max=0.5,step=0"], "step", "0");
        yield return Case("a policy with a NaN", ExitCode.Usage, ["--policy", "fixed:rate=NaN"], "rate", "NaN");
        yield return Case("an unknown device", ExitCode.Device, ["--device", "gpu"], "'gpu'", DeviceCatalog.Selectors);
        yield return Case("a device that is not there", ExitCode.Device, ["--device", "cuda:63"], "'cuda:63'", "not present");
        yield return Case("batch 0", ExitCode.Usage, ["--batch", "0"], "batch size is 0");
        yield return Case("a batch larger than the set", ExitCode.Usage, ["--batch", "41"], "batch size is 41", "40 images");
        yield return Case("a number that is none", ExitCode.Usage, ["--iterations", "many"], "--iterations is 'many'", "whole number");
        yield return Case("no iterations", ExitCode.Usage, ["--iterations", "0"], "iterations is 0");
        yield return Case("more iterations than anybody waits for", ExitCode.Usage, ["--iterations", "1000000000000000000"], "iterations is 1000000000000000000", "1000000000");
        yield return Case("the most iterations that can be written", ExitCode.Usage, ["--iterations", "9223372036854775807"], "iterations is 9223372036854775807");
        yield return Case("an output folder of no name", ExitCode.Usage, ["--out", ""], "--out is empty");
        yield return Case("a data folder of blanks", ExitCode.Usage, ["--data", "  "], "--data is empty");
        yield return Case("a seed below 0", ExitCode.Usage, ["--seed", "-1"], "--seed is '-1'");
        yield return Case("a momentum of 1", ExitCode.Usage, ["--momentum", "1"], "momentum is 1");
        yield return Case("an optimizer that there is not", ExitCode.Usage, ["--optimizer", "sdg"], "Unknown optimizer 'sdg'. Did you mean 'sgd'?");
        yield return Case("an optimizer with a key of another", ExitCode.Usage, ["--optimizer", "sgd:rate=1"], "sgd: unknown key 'rate'; its keys are momentum, form.");
        yield return Case("a momentum range of one number", ExitCode.Usage, ["--momentum-range", "0.9"], "--momentum-range is '0.9'", "0.95-0.85");
        yield return Case("a momentum range the wrong way round", ExitCode.Usage, ["--momentum-range", "0.85-0.95", "--policy", "triangular:base=0.1,max=0.2,step=5"], "momentum range is 0.85-0.95", "such as 0.95-0.85");
        yield return Case("a momentum range without cycles", ExitCode.Usage, ["--momentum-range", "0.95-0.85", "--policy", "fixed:rate=0.1"], "momentum-range) is 0.95-0.85", "fixed has no cycles");
        yield return Case("a weight decay that is NaN", ExitCode.Usage, ["--weight-decay", "NaN"], "weight decay is NaN");
        yield return Case("an interval below 0", ExitCode.Usage, ["--test-interval", "-5"], "test interval is -5");
        yield return Case("a word that is no choice", ExitCode.Usage, ["--order", "random"], "--order is 'random'", "file, shuffled");
        yield return Case("a crop larger than the images", ExitCode.Usage, ["--crop", "13"], "crop is 13", "12×12", "from 1 to 12");
        yield return Case("a crop of nothing", ExitCode.Usage, ["--crop", "0"], "(--crop) is 0");
        yield return Case("a crop that the model has no layers for", ExitCode.Usage, ["--crop", "4"], "pool3: ", "cropped to 4×4", "another --crop");
        yield return Case("ten crops of whole images", ExitCode.Usage, ["--ten-crop"], "ten-crop", "whole images of 12×12", "--crop");
        yield return Case("ten crops as large as the images", ExitCode.Usage, ["--ten-crop", "--crop", "12"], "ten-crop", "12×12", "--crop");
        yield return Case("no batch in an iteration", ExitCode.Usage, ["--iter-size", "0"], "(--iter-size) is 0", "at least 1 batch");
        yield return Case("fewer batches than none", ExitCode.Usage, ["--iter-size", "-2"], "(--iter-size) is -2");
        yield return Case("more batches than anybody waits for", ExitCode.Usage, ["--iter-size", "2000000000"], "2000000000 batches", "at most 1000000000");
        yield return Case("a number of batches that is none", ExitCode.Usage, ["--iter-size", "two"], "--iter-size is 'two'", "whole number");
        yield return Case("gradients clipped to nothing", ExitCode.Usage, ["--clip-gradients", "0"], "(--clip-gradients) is 0", "above 0");
        yield return Case("gradients clipped to NaN", ExitCode.Usage, ["--clip-gradients", "NaN"], "(--clip-gradients) is NaN");
        yield return Case("gradients clipped to less than nothing", ExitCode.Usage, ["--clip-gradients", "-1"], "(--clip-gradients) is -1");
        yield return Case("a crop that is no number", ExitCode.Usage, ["--crop", "half"], "--crop is 'half'", "whole number");
        yield return Case("an unknown way to feed", ExitCode.Usage, ["--feed", "teleported"], "--feed is 'teleported'", "auto, resident, streamed");
        yield return Case("an unknown model", ExitCode.Usage, ["--model", "vgg"], "model 'vgg'", "cifar10_quick");
        yield return Case("an unknown option", ExitCode.Usage, ["--epochs", "3"], "'--epochs'");
        yield return Case("an option without its value", ExitCode.Usage, ["--seed"], "--seed");
        yield return Case("an unknown data set", ExitCode.Data, ["--dataset", "imagenet"], "'imagenet'", "cifar10");
        yield return Case("a data folder that is missing", ExitCode.Data, ["--data", "/nowhere/at/all"], "/nowhere/at/all");
    }

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCaseSource(nameof(Options))]
    public void Is_refused_before_anything_is_written(int code, string[] args, string[] fragments)
    {
        foreach (string command in new[] { "train", "compare" })
            AssertRefused(Gpunet.Run([command, .. Without(folder.Options, args), .. args]), (ExitCode)code, fragments);
    }

    [Test]
    public void A_truncated_file_is_named()
    {
        string images = Path.Combine(folder.Data, "train-images-idx3-ubyte");
        File.WriteAllBytes(images, File.ReadAllBytes(images)[..^1]);
        AssertRefused(Gpunet.Run(["train", .. folder.Options]), ExitCode.Data, images, "5776 bytes", "5775");
    }

    [Test]
    public void A_label_out_of_range_is_named_with_its_record()
    {
        string labels = Path.Combine(folder.Data, "t10k-labels-idx1-ubyte");
        byte[] bytes = File.ReadAllBytes(labels);
        bytes[8 + 3] = 200;
        File.WriteAllBytes(labels, bytes);
        string[] options = [.. folder.Options.Select(option => option == "idx" ? "fashion-mnist" : option)];
        AssertRefused(Gpunet.Run(["compare", .. options]), ExitCode.Data, labels, "record 3", "200");
    }

    [Test]
    public void A_CIFAR10_file_of_the_wrong_size_is_named()
    {
        string cifar = Directory.CreateDirectory(folder.At("cifar10")).FullName;
        foreach (string name in new[] { "data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch" })
            File.WriteAllBytes(Path.Combine(cifar, $"{name}.bin"), new byte[3073 + (name == "data_batch_4" ? 1 : 0)]);
        AssertRefused(Gpunet.Run("train", "--dataset", "cifar10", "--data", cifar, "--out", folder.Out), ExitCode.Data, "data_batch_4.bin", "3074");
    }

    [Test]
    public void Images_that_do_not_fit_the_model_name_the_layer()
    {
        using var small = new TinyData(size: 4);
        AssertRefused(Gpunet.Run(["train", .. small.Options]), ExitCode.Usage, "pool3: ", "filter 3×3", "input 8×64×1×1", "Lower the filter or raise the padding");
        Assert.That(small.Out, Does.Not.Exist);
    }

    [TestCase("train")]
    [TestCase("train", "--policy", "auto")]
    [TestCase("compare")]
    public void An_output_folder_that_cannot_be_written_is_refused_before_training(string command, params string[] options)
    {
        string file = folder.At("file");
        File.WriteAllText(file, "");
        string inside = Path.Combine(file, "out");
        AssertRefused(Gpunet.Run([command, .. Without(folder.Options, ["--out"]), "--out", inside, .. options]), ExitCode.Output, inside);
    }

    [Test]
    public void A_device_that_cannot_be_used_says_why()
    {
        var unusable = DeviceCatalog.List().FirstOrDefault(device => !device.IsUsable);
        if (unusable is null)
            Assert.Ignore("every device of this machine can be used.");
        AssertRefused(Gpunet.Run(["train", .. Without(folder.Options, ["--device"]), "--device", unusable!.Id]), ExitCode.Device, unusable.Id, unusable.Problem!);
    }

    [Test]
    public void A_device_that_fails_to_open_is_named_and_leaves_nothing()
    {
        // One that is gone between the listing and the opening.
        static DeviceSession Open(string selector) => TestDevice.OpenMissing();
        foreach (string command in new[] { "train", "compare" })
            AssertRefused(Gpunet.RunOn(Open, [command, .. folder.Options]), ExitCode.Device, "'cuda:99' failed to open", "gpunet devices");
    }

    [TestCase("train")]
    [TestCase("compare")]
    public void A_batch_that_does_not_fit_the_device_is_refused_with_one_that_does(string command)
    {
        static DeviceSession Open(string selector) => TestDevice.OpenSmall(2_000_000, 2_000_000);
        AssertRefused(Gpunet.RunOn(Open, [command, .. Without(folder.Options, ["--batch"]), "--batch", "40", "--iter-size", "2"]), ExitCode.Device,
            "cifar10_quick: a batch of 40 images needs ", "'simulated-gpu'", "has 2.0 MB free", "The largest batch that fits is ", "to keep 80 images an iteration");
    }

    [TestCase("eval", "--weights", "", "--weights is empty")]
    [TestCase("data", "fetch", "cifar10", "--out", "", "--out is empty")]
    [TestCase("data", "fetch", "cifar10", "--mirror", "", "--mirror is empty")]
    public void An_empty_text_is_refused(params string[] args) => AssertRefused(Gpunet.Run(args[..^1]), ExitCode.Usage, args[^1], "--help");

    [TestCase("evaluate")]
    [TestCase("data", "remove")]
    public void An_unknown_command_is_named(params string[] args)
    {
        var result = Gpunet.Run(args);
        AssertRefused(result, ExitCode.Usage, $"'{args[^1]}'", "--help");
    }

    [Test]
    public void A_weights_file_that_is_none_is_named()
    {
        string file = folder.At("weights.safetensors");
        File.WriteAllText(file, "no weights at all");
        AssertRefused(Gpunet.Run("eval", "--weights", file), ExitCode.Data, file, "safetensors");
        AssertRefused(Gpunet.Run("eval", "--weights", folder.At("missing")), ExitCode.Data, "missing");
        byte[] header = Encoding.UTF8.GetBytes("{\"__metadata__\":{\"model\":\"\\ud800\"}}");
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        File.WriteAllBytes(file, [.. length, .. header]);
        AssertRefused(Gpunet.Run("eval", "--weights", file), ExitCode.Data, file, "not Unicode");
    }

    private void AssertRefused(CommandResult result, ExitCode code, params string[] fragments)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
            Assert.That(result.Error, Does.StartWith("error: ").And.Not.Contain("   at "));
            foreach (string fragment in fragments)
                Assert.That(result.Error, Does.Contain(fragment));
            Assert.That(folder.Out, Does.Not.Exist);
        }
    }

    // The options without those that the case gives itself.
    private static IEnumerable<string> Without(string[] options, string[] given) =>
        options.Chunk(2).Where(pair => !given.Contains(pair[0])).SelectMany(pair => pair);

    private static TestCaseData Case(string name, ExitCode code, string[] args, params string[] fragments) =>
        new TestCaseData((int)code, args, fragments).SetArgDisplayNames(name);
}
