using System.Text.RegularExpressions;
using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Texts;

namespace GpuNet.Docs.Tests;

/// <summary>docs/learning-rates.md leaves no policy out.</summary>
public sealed class LearningRatesPageTests
{
    private static readonly string Page = Pages.Read("docs/learning-rates.md");

    private static IEnumerable<TestCaseData> Forms => PolicyText.Forms.Select(form => new TestCaseData(form).SetArgDisplayNames(form.Name));

    [TestCaseSource(nameof(Forms))]
    public void Each_policy_has_a_section_with_a_formula_a_source_and_a_picture(TextForm form)
    {
        string section = SectionOf(form.Name);
        Assert.That(section, Does.Match(@"(?m)^ {4}\S").And.Contain("Source: ").And.Contain($"`{PolicyText.Parse(form.Example).GetType().Name}`"));
        Assert.That(section, Does.Contain($"](images/policies/{form.Name}.png)"));
        Assert.That(Repository.At($"docs/images/policies/{form.Name}.png"), Does.Exist);
    }

    [TestCaseSource(nameof(Forms))]
    public void Each_key_of_a_policy_is_named(TextForm form)
    {
        // What the cyclical policies share stands before them.
        string text = SectionOf(form.Name) + Page[Page.IndexOf("\n## Cycles\n", StringComparison.Ordinal)..Page.IndexOf("\n### `triangular`\n", StringComparison.Ordinal)];
        foreach (string key in form.Keys.Concat(form.OptionalKeys))
            Assert.That(text, Does.Match($@"\b{key}\b"), key);
    }

    [Test]
    public void Each_picture_has_its_policy_in_the_command()
    {
        string[] drawn = [.. Regex.Match(Page, @"<< END\n((?:.*\n)*?)END\n").Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.That(drawn.Select(text => PolicyText.Parse(text).Name), Is.EquivalentTo(PolicyText.Forms.Select(form => form.Name)));
    }

    private static string SectionOf(string name)
    {
        var match = Regex.Match(Page, $@"\n### `{name}`\n(?:(?!##).*\n)+");
        Assert.That(match.Success, $"there is no section for {name}");
        return match.Value;
    }
}
