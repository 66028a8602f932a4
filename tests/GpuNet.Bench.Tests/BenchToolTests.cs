namespace GpuNet.Bench.Tests;

/// <summary>A usage error is one line that names the option and the way out, and exit code 2.</summary>
public sealed class BenchToolTests
{
    [TestCase("bars --workers x", "--workers is 'x'")]
    [TestCase("bars --workers 0", "--workers is '0'")]
    [TestCase("bars --workers 1000000", "--workers is '1000000'")]
    [TestCase("bars --rounds", "--rounds")]
    [TestCase("bars --only vgg", "--only is 'vgg'")]
    [TestCase("choice --filter 3x3", "--filter")]
    [TestCase("choice --input 1x4x8x8 --filter 3x3", "--filter is '3x3'")]
    [TestCase("choice --padding -1 --input 1x1x4x4", "--padding is '-1'")]
    [TestCase("choice --input 3x3", "--input is '3x3'")]
    [TestCase("choice --input 1x3x2x2 --filter 5", "does not fit")]
    [TestCase("choice --outputs 64", "--outputs describes one layer")]
    [TestCase("choice --groups 1", "--groups describes one layer")]
    [TestCase("memory --iterations 1", "--iterations is '1'")]
    [TestCase("memory --iterations 99", "100 or more")]
    [TestCase("soak --iterations 199", "200 or more")]
    [TestCase("peak-memory --model vgg", "--model is 'vgg'")]
    [TestCase("peak-memory --batch 0", "--batch is '0'")]
    [TestCase("pictures --data no-such-folder", "no-such-folder")]
    [TestCase("pictures", "--data")]
    [TestCase("pictures --data . --rounds 0", "--rounds is '0'")]
    [TestCase("suites --filter nothing", "--filter is 'nothing'")]
    [TestCase("peers --model vgg", "--model is 'vgg'; it must be one of cifar10_")]
    [TestCase("bar", "'bar' is no command")]
    [TestCase("bars --round 3", "'--round' is no command or option")]
    public void A_usage_error_is_one_line(string line, string part)
    {
        using var error = new StringWriter();
        int code = BenchTool.Run(line.Split(' '), error);
        string[] lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(lines, Has.Length.EqualTo(1));
            Assert.That(lines.FirstOrDefault(), Does.StartWith("error: ").And.Contains(part));
        }
    }

    [TestCase("suites --quick --filter *SoftmaxLoss*cpu*")]
    [TestCase("suites --list flat")]
    [TestCase("choice --input 1x4x8x8 --outputs 8 --padding 1")]
    [TestCase("choice --device cpu --no-winograd")]
    [TestCase("roofline")]
    public void What_can_be_shown_is_shown(string line)
    {
        using var error = new StringWriter();
        Assert.That(BenchTool.Run(line.Split(' '), error), Is.Zero);
        Assert.That(error.ToString(), Is.Empty);
    }
}
