using GpuNet.Kernels.Devices;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Tests;

/// <summary>Help, version and the commands that only list.</summary>
public sealed class HelpTests
{
    [Test]
    public void Help_lists_every_command_and_every_exit_code()
    {
        var result = Gpunet.Run("--help");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success));
        foreach (string command in new[] { "devices", "selftest", "tune", "train", "find-lr", "eval", "predict", "export", "import", "compare", "policy", "time", "data" })
            Assert.That(result.Output, Does.Contain($"  {command}"));
        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.That(result.Output, Does.Match($@"(?m)^ +{(int)code}  \w"), $"{code}");
        Assert.That(result.Error, Is.Empty);
    }

    [TestCaseSource(typeof(Commands), nameof(Commands.All))]
    public void Each_command_has_an_example(params string[] command)
    {
        var result = Gpunet.Run([.. command, "--help"]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Success));
        Assert.That(result.Output, Does.Contain("Examples:").And.Contain($"  gpunet {string.Join(' ', command)}"));
    }

    [TestCase("train")]
    [TestCase("compare")]
    [TestCase("policy", "show")]
    public void Help_shows_every_policy_form(params string[] command)
    {
        string help = Gpunet.Run([.. command, "--help"]).Output;
        foreach (var form in PolicyText.Forms)
            Assert.That(help, Does.Contain(form.Example).And.Contain(form.Meaning));
    }

    [TestCase("train")]
    [TestCase("compare")]
    [TestCase("find-lr")]
    public void Help_shows_every_optimizer_form(string command)
    {
        string help = Gpunet.Run(command, "--help").Output;
        foreach (var form in OptimizerText.Forms)
            Assert.That(help, Does.Contain(form.Example).And.Contain(form.Meaning));
    }

    [TestCase("train")]
    [TestCase("compare")]
    [TestCase("eval")]
    [TestCase("time")]
    [TestCase("tune")]
    public void Help_describes_every_model(string command)
    {
        // The library breaks long descriptions into lines.
        string help = string.Join(' ', Gpunet.Run(command, "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var model in ModelCatalog.All)
            Assert.That(help, Does.Contain(model.Name).And.Contain(model.Description));
    }

    [Test]
    public void Nothing_at_all_is_bad_usage_and_shows_the_help_on_standard_error()
    {
        var result = Gpunet.Run();
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("Usage:"));
    }

    [Test]
    public void Version_names_the_tool_the_runtime_and_ILGPU() =>
        Assert.That(Gpunet.Run("--version").Output, Does.Match(@"^gpunet \d+\.\d+\.\d+ \(\.NET .*ILGPU \d"));

    [Test]
    public void Devices_lists_all_and_marks_one_as_the_default()
    {
        var result = Gpunet.Run("devices");
        foreach (var device in DeviceCatalog.List())
            Assert.That(result.Output, Does.Contain(device.Id).And.Contain(device.Problem ?? device.Reservation ?? "yes"));
        Assert.That(result.Output.Split("the default"), Has.Length.EqualTo(2));
    }

    [Test]
    public void Data_list_names_every_data_set()
    {
        var result = Gpunet.Run("data", "list");
        foreach (string name in DataSets.Names)
            Assert.That(result.Output, Does.Contain(name));
        Assert.That(result.Output, Does.Contain("gpunet data fetch cifar10"));
    }
}
