using System.Text.RegularExpressions;
using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Tests;

/// <summary>docs/command-line.md leaves nothing out.</summary>
public sealed class DocumentationTests
{
    private readonly string text = File.ReadAllText(Repository.At("docs", "command-line.md"));

    [TestCaseSource(typeof(Commands), nameof(Commands.Leaves))]
    public void Every_command_and_option_is_described(params string[] command)
    {
        string help = Gpunet.Run([.. command, "--help"]).Output;
        Assert.That(text, Does.Contain($"\n## gpunet {string.Join(' ', command)}\n"));
        var options = Regex.Matches(help, @"(?m)^  (?:-.*, )?(--[a-z-]+)").Select(match => match.Groups[1].Value).ToArray();
        Assert.That(options, Is.Not.Empty);
        foreach (string option in options)
            Assert.That(text, Does.Match($@"`{option}[ `]"), option);
    }

    [Test]
    public void Every_exit_code_policy_optimizer_and_recipe_is_described()
    {
        foreach (var (code, meaning) in ExitCodes.All)
            Assert.That(text, Does.Contain($"| {(int)code} | ").And.Contain(meaning.Split(" of a run")[0]), $"{code}");
        foreach (var form in PolicyText.Forms)
            Assert.That(text, Does.Contain($"| `{form.Example}` |"));
        foreach (var form in OptimizerText.Forms)
            Assert.That(text, Does.Contain($"| `{form.Example}` |"));
        foreach (var recipe in RecipeCatalog.All)
            Assert.That(text, Does.Contain($"| `{recipe.Name}` | {recipe.Model} |"));
    }
}
