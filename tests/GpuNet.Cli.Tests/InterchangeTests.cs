namespace GpuNet.Cli.Tests;

/// <summary><c>export</c> and <c>import</c>.</summary>
public sealed class InterchangeTests
{
    [Test]
    public void What_is_exported_and_imported_again_evaluates_the_same()
    {
        using var data = new TinyData();
        string weights = Trained(data), onnx = data.At("mine.onnx"), back = data.At("back.safetensors");
        var exported = Gpunet.Run("export", "--weights", weights, onnx);
        Assert.That(exported.Code, Is.Zero, exported.Error);
        Assert.That(exported.Output, Does.Contain("N×1×12×12").And.Contain("cifar10_quick").And.Contain("13"));
        Assert.That(exported.Error, Is.Empty);
        var imported = Gpunet.Run("import", onnx, "--out", back);
        Assert.That(imported.Code, Is.Zero, imported.Error);
        Assert.That(imported.Output, Does.Contain("1×12×12").And.Contain("cifar10_quick").And.Contain("image"));
        Assert.That(File.ReadAllBytes(back), Is.EqualTo(File.ReadAllBytes(weights)));
    }

    [Test]
    public void A_mean_of_channels_or_none_goes_with_it()
    {
        using var data = new TinyData();
        string weights = Trained(data, "--mean", "100"), onnx = data.At("mine.onnx"), back = data.At("back.safetensors");
        Assert.That(Gpunet.Run("export", "--weights", weights, onnx).Output, Does.Contain(" 100 "));
        Assert.That(Gpunet.Run("import", onnx, "--out", back).Output, Does.Contain(" 100"));
        Assert.That(File.ReadAllBytes(back), Is.EqualTo(File.ReadAllBytes(weights)));
        Assert.That(Gpunet.Run("import", onnx, "--mean", "none", "--out", back).Output, Does.Contain("none"));
        Assert.That(Gpunet.Run("export", "--weights", back, onnx).Error, Is.Empty);
    }

    [Test]
    public void What_does_not_fit_is_one_line_and_an_exit_code()
    {
        using var data = new TinyData();
        string weights = Trained(data), onnx = data.At("mine.onnx");
        AssertError(Gpunet.Run("export", "--weights", weights, "--classes", "5", onnx), 4, "ip2.weights' has shape [4,64,1,1], but the network's is [5,64,1,1]");
        AssertError(Gpunet.Run("export", "--weights", weights, data.At("none/mine.onnx")), 5, "none/mine.onnx");
        AssertError(Gpunet.Run("export", "--weights", weights, "--model", "alexnet", onnx), 2, "alexnet");
        Assert.That(File.Exists(onnx), Is.False);
        File.WriteAllText(data.At("text"), "no weights");
        AssertError(Gpunet.Run("import", data.At("text"), "--model", "cifar10_quick", "--out", data.At("w")), 4, "begins like no safetensors, ONNX or .caffemodel file");
        AssertError(Gpunet.Run("import", data.At("nowhere"), "--model", "cifar10_quick", "--out", data.At("w")), 4, "nowhere");
        AssertError(Gpunet.Run("import", weights, "--mean", "none", "--mean-file", weights, "--out", data.At("w")), 2, "--mean-file");
        Assert.That(File.Exists(data.At("w")), Is.False);
    }

    [Test]
    public void A_caffemodel_is_imported_with_its_mean_image()
    {
        using var data = new TinyData();
        string weights = data.At("quick.safetensors"), golden = Path.Combine(AppContext.BaseDirectory, "golden", "caffemodel");
        var refused = Gpunet.Run("import", "--model", "cifar10_quick", Path.Combine(golden, "layers.caffemodel"), "--out", weights);
        AssertError(refused, 4, "conv1.weights has shape [4,1,3,3], but the network's is [32,3,5,5]");
        // The mean image, 3×4×5, is smaller than the images.
        AssertError(Gpunet.Run("import", "--model", "cifar10_quick", "--mean-file", Path.Combine(golden, "mean.binaryproto"), Path.Combine(golden, "layers.caffemodel"), "--out", weights), 4, "the mean image is");
    }

    private static string Trained(TinyData data, params string[] options)
    {
        var trained = Gpunet.Run(["train", .. data.Options, "--iterations", "1", .. options]);
        Assert.That(trained.Code, Is.Zero, trained.Error);
        return Path.Combine(data.Out, "weights.safetensors");
    }

    private static void AssertError(CommandResult result, int code, string message)
    {
        Assert.That(result.Code, Is.EqualTo(code), result.Error);
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(message));
        Assert.That(result.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }
}
