using System.Globalization;
using System.Text.Json;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Tests;

/// <summary>Pictures in folders: trained on, evaluated, and told their classes one by one.</summary>
public sealed class PictureTests
{
    private TinyPictures folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyPictures();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("--mean", "image")]
    [TestCase("--channels", "rgb", "--mean", "90,80,70")]
    [TestCase("--channels", "grey")]
    [TestCase]
    public void Predict_sees_what_eval_and_training_see(params string[] reading)
    {
        var trained = Train(["--iterations", "60", "--test-interval", "0", .. reading]);
        Assert.That((ExitCode)trained.Code, Is.EqualTo(ExitCode.Success), trained.Error);
        Assert.That(trained.Error, Does.Contain($"Data: pictures, 12 training and 6 test pictures, {(reading is ["--channels", var order, ..] ? order : "bgr")}, resized to a shorter side of 16, 3 classes.").And.Contain("Images: decoded from files"));
        string[] last = File.ReadAllLines(Path.Combine(folder.Out, CsvLog.EvaluationsFile))[^1].Split(',');
        double loss = double.Parse(last[1], CultureInfo.InvariantCulture), accuracy = double.Parse(last[2], CultureInfo.InvariantCulture);
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = run.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("image").GetString(), Is.EqualTo(reading.Contains("grey") ? "1x16x16" : "3x16x16"));
        Assert.That(configuration.GetProperty("channels").GetString(), Is.EqualTo(reading is ["--channels", var read, ..] ? read : "bgr").IgnoreCase);
        // It has learned something, so that another crop, mean or order of channels would show.
        Assert.That(loss, Is.LessThan(0.9 * Math.Log(3)));

        var evaluated = Gpunet.Run("eval", "--weights", folder.Weights, "--data", folder.Data, "--device", "cpu", "--batch", "4");
        Assert.That((ExitCode)evaluated.Code, Is.EqualTo(ExitCode.Success), evaluated.Error);
        Assert.That(evaluated.Output, Does.Contain(loss.ToString("F4", CultureInfo.InvariantCulture)).And.Contain($"{100 * accuracy:F2} %"));

        var predicted = Predict(["--json", "--top", "3", .. folder.TestFiles]);
        Assert.That((ExitCode)predicted.Code, Is.EqualTo(ExitCode.Success), predicted.Error);
        using var json = JsonDocument.Parse(predicted.Output);
        var pictures = json.RootElement.EnumerateArray().ToArray();
        Assert.That(pictures.Select(picture => picture.GetProperty("file").GetString()), Is.EqualTo(folder.TestFiles));
        var own = pictures.Select((picture, i) => picture.GetProperty("classes").EnumerateArray().ToList().FindIndex(entry => entry.GetProperty("label").GetInt32() == i / 2)).ToArray();
        Assert.That(own.Count(rank => rank == 0) / 6.0, Is.EqualTo(accuracy).Within(1e-9));
        Assert.That(pictures.Select((picture, i) => -Math.Log(picture.GetProperty("classes")[own[i]].GetProperty("probability").GetDouble())).Average(), Is.EqualTo(loss).Within(1e-4));
        foreach (var entry in pictures.SelectMany(picture => picture.GetProperty("classes").EnumerateArray()))
            Assert.That(entry.GetProperty("name").GetString(), Is.EqualTo(TinyPictures.Classes[entry.GetProperty("label").GetInt32()]));
    }

    [Test]
    public void A_model_of_whole_images_sees_whole_pictures_unless_it_is_told_otherwise()
    {
        string[] options = [.. folder.Options.Chunk(2).Where(pair => pair[0] is not ("--resize" or "--crop")).SelectMany(pair => pair)];
        var trained = Gpunet.Run(["train", .. options, "--iterations", "1", "--test-interval", "0"]);
        Assert.That((ExitCode)trained.Code, Is.EqualTo(ExitCode.Success), trained.Error);
        using var run = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        var configuration = run.RootElement.GetProperty("configuration");
        Assert.That(configuration.GetProperty("image").GetString(), Is.EqualTo("3x32x32"));
        Assert.That(configuration.GetProperty("crop").GetInt32(), Is.EqualTo(32));
    }

    [Test]
    public void Predict_shows_each_picture_and_names_those_that_are_none()
    {
        Train("--iterations", "1", "--test-interval", "0");
        string text = folder.At("text.jpg");
        File.WriteAllText(text, "no picture");
        var result = Predict(folder.TestFiles[4], text, folder.TestFiles[0]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data), result.Error);
        Assert.That(result.ErrorLines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal)), Is.EqualTo((string[])[$"error: {text} is no JPEG or PNG picture (its format is not known). Repair the file or remove it."]));
        int first = result.Output.IndexOf(folder.TestFiles[4], StringComparison.Ordinal), second = result.Output.IndexOf(folder.TestFiles[0], StringComparison.Ordinal);
        Assert.That(first, Is.Positive.And.LessThan(second));
        Assert.That(result.Output.Split("red").Length - 1, Is.EqualTo(1 + 2), "a path, and each picture's three classes");
        Assert.That(result.Output, Does.Not.Contain(text));

        result = Predict("--json", text, folder.At("missing.png"));
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Data));
        Assert.That(result.Output.Trim(), Is.EqualTo("[]"));
        Assert.That(result.Error, Does.Contain($"{folder.At("missing.png")} cannot be read"));
    }

    [Test]
    public void Predict_takes_names_from_a_file_and_shows_as_many_as_asked_for()
    {
        Train("--iterations", "1", "--test-interval", "0");
        string labels = folder.At("labels.txt");
        File.WriteAllLines(labels, ["sky", "grass", "rose"]);
        var result = Predict("--json", "--top", "2", "--labels", labels, folder.TestFiles[0]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        using var json = JsonDocument.Parse(result.Output);
        string?[] names = [.. json.RootElement[0].GetProperty("classes").EnumerateArray().Select(entry => entry.GetProperty("name").GetString())];
        Assert.That(names, Has.Length.EqualTo(2).And.SubsetOf((string[])["sky", "grass", "rose"]));
        File.WriteAllLines(labels, ["sky", "grass"]);
        AssertRefused(Predict("--labels", labels, folder.TestFiles[0]), ExitCode.Data, labels, "2 lines", "3 classes");
    }

    [TestCase("--top is 0", "--top", "0")]
    [TestCase("--resize", "--resize", "0")]
    [TestCase("the crop is 17", "--crop", "17")]
    [TestCase("--channels is 'cmyk'", "--channels", "cmyk")]
    [TestCase("--mean is 'loud'", "--mean", "loud")]
    [TestCase("the mean is 1,2, of 2 channels", "--mean", "1,2")]
    public void Predict_refuses_a_setting_that_cannot_be(string message, params string[] options)
    {
        Train("--iterations", "1", "--test-interval", "0");
        AssertRefused(Predict([.. options, folder.TestFiles[0]]), ExitCode.Usage, message);
    }

    [TestCase("--resize", "--resize", "0")]
    [TestCase("--resize", "--resize", "5000")]
    [TestCase("--workers", "--workers", "0")]
    [TestCase("--max-bad-files", "--max-bad-files", "-1")]
    [TestCase("--channels is 'bgra'", "--channels", "bgra")]
    [TestCase("--mean is '1;2;3'", "--mean", "1;2;3")]
    [TestCase("the mean is 1,2, of 2 channels", "--mean", "1,2")]
    [TestCase("the crop is 17", "--crop", "17")]
    public void Train_refuses_a_setting_that_cannot_be(string message, params string[] options)
    {
        string[] others = [.. folder.Options.Chunk(2).Where(pair => pair[0] != options[0]).SelectMany(pair => pair)];
        AssertRefused(Gpunet.Run(["train", .. others, .. options]), ExitCode.Usage, message);
        Assert.That(folder.Out, Does.Not.Exist);
    }

    [TestCase("--resize", "20")]
    [TestCase("--channels", "rgb")]
    [TestCase("--workers", "2")]
    [TestCase("--max-bad-files", "2")]
    public void How_pictures_are_read_says_nothing_of_another_set(string option, string value)
    {
        using var other = new TinyData();
        AssertRefused(Gpunet.Run(["train", .. other.Options, option, value]), ExitCode.Usage, option, "the data set is idx", "--dataset pictures");
    }

    [Test]
    public void A_file_that_is_no_picture_is_skipped_with_a_warning_and_one_too_many_ends_the_run()
    {
        string bad = Path.Combine(folder.Data, "train", "green", "1.png");
        File.WriteAllText(bad, "no picture");
        var result = Train("--iterations", "6", "--test-interval", "0");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines.Single(line => line.StartsWith("warning: skipped: ", StringComparison.Ordinal)), Does.StartWith($"warning: skipped: {bad} "));
        result = Gpunet.Run(["train", .. folder.Options[..^1], folder.At("second"), "--iterations", "6", "--max-bad-files", "0"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.RunStoppedByData), result.Error);
        Assert.That(result.ErrorLines[^1], Does.StartWith("error: ").And.Contain(bad).And.Contain("1 file cannot be decoded, and at most 0 may be skipped").And.Contain("--max-bad-files"));
    }

    [Test]
    public void Ten_crops_of_pictures_end_a_run_and_are_what_eval_finds_again()
    {
        var trained = Train("--iterations", "4", "--test-interval", "0", "--ten-crop");
        Assert.That((ExitCode)trained.Code, Is.EqualTo(ExitCode.Success), trained.Error);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, RunFolder.RunFile)));
        double loss = json.RootElement.GetProperty("result").GetProperty("tenCrop").GetProperty("loss").GetDouble();
        var evaluated = Gpunet.Run("eval", "--weights", folder.Weights, "--data", folder.Data, "--device", "cpu", "--ten-crop", "--batch", "7");
        Assert.That((ExitCode)evaluated.Code, Is.EqualTo(ExitCode.Success), evaluated.Error);
        Assert.That(evaluated.Output, Does.Contain(loss.ToString("F4", CultureInfo.InvariantCulture)));
    }

    [Test]
    public void Eval_warns_of_a_set_whose_classes_are_not_those_of_training()
    {
        Train("--iterations", "1", "--test-interval", "0");
        string[] eval = ["eval", "--weights", folder.Weights, "--data", folder.Data, "--device", "cpu"];
        Assert.That(Gpunet.Run(eval).Error, Does.Not.Contain("warning:"));
        foreach (string part in new[] { "train", "val" })
            Directory.Move(Path.Combine(folder.Data, part, "blue"), Path.Combine(folder.Data, part, "yellow"));
        var result = Gpunet.Run(eval);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success), result.Error);
        Assert.That(result.ErrorLines.Single(line => line.StartsWith("warning:", StringComparison.Ordinal)), Does.Contain("class 0").And.Contain("'blue'").And.Contain("'green'"));
    }

    private static void AssertRefused(CommandResult result, ExitCode code, params string[] fragments)
    {
        Assert.That((ExitCode)result.Code, Is.EqualTo(code), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ErrorLines, Has.Length.EqualTo(1), result.Error);
        foreach (string fragment in fragments)
            Assert.That(result.Error, Does.Contain(fragment));
    }

    private CommandResult Train(params string[] options) => Gpunet.Run(["train", .. folder.Options, "--policy", "fixed:rate=0.002", .. options]);

    private CommandResult Predict(params string[] args) => Gpunet.Run(["predict", "--weights", folder.Weights, "--device", "cpu", .. args]);
}
